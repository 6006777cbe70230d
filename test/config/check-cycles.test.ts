import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toBytes } from '../../src/base/to-bytes.ts';
import { mistakes } from './scratch.ts';

function described(edges: Record<string, string>): string {
	return Object.entries(edges)
		.map(([name, keys]) =>
			name.startsWith('g') ? `[group.${name}]\n${keys}` : `[service.${name}]\nrun = ["x"]\n${keys}`,
		)
		.join('\n');
}

test('a cycle of dependencies is shown, whatever their kinds are', async () => {
	const text = described({
		web: 'requires = ["db"]',
		db: 'wants = ["log"]',
		log: 'after = ["web"]',
		x: 'after = ["web"]',
	});
	expect(await mistakes(text)).toEqual([
		toBytes('archon.toml:3: service.web.requires: a cycle of dependencies: web → db → log → web'),
	]);
});

test('what needs itself, or an instance of itself, is a cycle', async () => {
	expect(await mistakes(described({ web: 'after = ["web"]' }))).toEqual([
		toBytes('archon.toml:3: service.web.after: a cycle of dependencies: web → web'),
	]);
	expect(await mistakes(described({ web: 'instances = 2\nafter = ["web@2"]' }))).toEqual([
		toBytes('archon.toml:4: service.web.after: a cycle of dependencies: web → web'),
	]);
});

test('a group that contains itself is a mistake', async () => {
	expect(await mistakes(described({ g1: 'members = ["g2"]', g2: 'members = ["g1"]' }))).toEqual([
		toBytes('archon.toml:2: group.g1.members: a group contains itself: g1 → g2 → g1'),
	]);
});

test('a group with the name of a service that is its member says so at the group', async () => {
	expect(await mistakes('[service.x]\nrun = ["x"]\n[group.x]\nmembers = ["x"]')).toEqual([
		'archon.toml:3: group.x: a service has this name',
		toBytes('archon.toml:4: group.x.members: a group contains itself: x → x'),
	]);
});

test('a member that needs its own group is a cycle', async () => {
	expect(await mistakes(described({ web: 'requires = ["g"]', g: 'members = ["web"]' }))).toEqual([
		toBytes('archon.toml:3: service.web.requires: a cycle of dependencies: web → g → web'),
	]);
});

test('each cycle is told', async () => {
	const text = described({ a: 'after = ["b"]', b: 'after = ["a"]', c: 'after = ["d"]', d: 'after = ["c"]' });
	expect(await mistakes(text)).toHaveLength(2);
});

test('what meets again without going round is no cycle', async () => {
	const text = described({ a: 'after = ["b", "c"]', b: 'after = ["d"]', c: 'requires = ["d"]', d: '' });
	expect(await mistakes(text)).toEqual([]);
});

test('a chain of thousands of services does not cost the stack', async () => {
	const chain = Object.fromEntries(
		Array.from({ length: 9000 }, (_, i) => [`s${i}`, `after = ["s${(i + 1) % 9000}"]`]),
	);
	const [mistake] = await mistakes(described(chain));
	expect(mistake).toContain(toBytes('s8999 → s0'));
});

test('there is a cycle exactly where no order puts everything behind what it needs', async () => {
	const names = ['a', 'b', 'c', 'd', 'e'];
	const graph = fc.array(fc.subarray(names, { maxLength: 2 }), { minLength: 5, maxLength: 5 });
	await fc.assert(
		fc.asyncProperty(graph, async (needs) => {
			const edges = Object.fromEntries(
				needs.map((on, index) => [names[index], `after = ${JSON.stringify(on)}`]),
			);
			const left = new Map(needs.map((on, index) => [names[index], on]));
			for (let before = -1; before !== left.size; ) {
				before = left.size;
				for (const [name, on] of left) {
					if (!on.some((it) => left.has(it))) {
						left.delete(name);
					}
				}
			}
			expect((await mistakes(described(edges))).length > 0).toBe(left.size > 0);
		}),
		{ numRuns: 50 },
	);
});
