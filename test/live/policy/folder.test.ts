import { unlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { Folder } from '../../../src/policy/folder.ts';
import { Keeping } from '../../../src/rules/keeping.ts';
import { Threads } from '../../../src/rules/threads.ts';
import { Disk } from '../../../src/sources/files/disk.ts';
import { Inbox, scratch, write } from '../../sources/files/scratch.ts';

const program = fileURLToPath(new URL('../../../dist/rules.cjs', import.meta.url));

/** The rules of a folder, in real Lua and really kept beside it. */
function rulesFolder(at: string) {
	const keeping = new Keeping(`${at}/state/rules`, (trouble) => {
		throw new Error(trouble);
	});
	const files = keeping.read();
	const puts = new Inbox<string>();
	const errors = new Inbox<string>();
	const lua = new Threads({ program, keep: () => {} });
	const folder = new Folder({
		directory: `${at}/rules`,
		isNamed: false,
		lua,
		kept: {
			files: () => [...files.keys()],
			source: (file) => files.get(file)?.source,
			state: (file) => files.get(file)?.state,
			keepSource: (file, source) => keeping.keepSource(file, source),
			forget: (file) => keeping.forget(file),
		},
		put: (rules) => puts.put(rules.map(({ file, title }) => `${file}: ${title}`).join(', ')),
		tell: (fields) => errors.put(fields.join(' ')),
		disk: new Disk(() => {}),
	});
	const close = async () => {
		folder.close();
		await lua.close();
	};
	onTestFinished(close);
	return { folder, puts, errors, close };
}

const rule = (title: string) =>
	`rule "${title}" {\n\ton = "process.failed",\n\tact = function(event) return restart {} end,\n}\n`;

test('a rule file is loaded, changed, broken, kept over a restart, and removed', async () => {
	const at = scratch();
	write(`${at}/rules/a.lua`, rule('one'));
	const first = rulesFolder(at);
	await first.folder.start();
	expect(await first.puts.next()).toBe('a.lua: one');
	write(`${at}/rules/a.lua`, rule('two'));
	expect(await first.puts.next()).toBe('a.lua: two');
	write(
		`${at}/rules/a.lua`,
		`${rule('two')}\nrule "three" { on = "process.sample", when = { rs = 1 }, act = restart }`,
	);
	expect(await first.errors.next()).toMatch(
		/^file=a\.lua line=6 reason=rule "three": when: unknown field "rs" \(did you mean "rss"\?\); process\.sample has /,
	);
	write(`${at}/rules/a.lua`, `${rule('three')}rul "four" {}`);
	expect(await first.errors.next()).toMatch(/^file=a\.lua line=5 reason=/);
	await first.close();

	const second = rulesFolder(at);
	await second.folder.start();
	expect(await second.errors.next()).toMatch(/^file=a\.lua line=5 reason=/);
	expect(await second.puts.next()).toBe('a.lua: two');
	unlinkSync(`${at}/rules/a.lua`);
	expect(await second.puts.next()).toBe('');
	await second.close();

	const third = rulesFolder(at);
	write(`${at}/rules/a.lua`, 'broken');
	await third.folder.start();
	expect(await third.errors.next()).toMatch(/^file=a\.lua line=1 reason=/);
	expect(third.puts.isEmpty).toBe(true);
});

test('a file that never ends holds up no other', async () => {
	const at = scratch();
	write(`${at}/rules/a.lua`, 'while true do end');
	write(`${at}/rules/b.lua`, rule('b'));
	const { folder, puts, errors } = rulesFolder(at);
	void folder.start();
	expect(await puts.next()).toBe('b.lua: b');
	expect(errors.isEmpty).toBe(true);
	expect(await errors.next()).toMatch(/^file=a\.lua .*reason=/);
});

test('a plan finds mistakes as Lua tells them, by the name of the file', async () => {
	const at = scratch();
	write(`${at}/rules/a.lua`, rule('a'));
	const { folder, puts } = rulesFolder(at);
	await folder.start();
	expect(await puts.next()).toBe('a.lua: a');
	write(`${at}/rules/b.lua`, `${rule('b')}rule "b" { on = }`);
	const plan = await folder.plan();
	expect(plan).toEqual([
		{ file: `${at}/rules/b.lua`, line: 5, key: '', text: expect.not.stringContaining('new/') },
	]);
	write(`${at}/rules/b.lua`, rule('b'));
	expect(await folder.plan()).toMatchObject({
		actions: [{ action: 'keep' }, { action: expect.stringMatching(/start|keep/), detail: '1 rule' }],
	});
});
