import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isRefusal, type Refusal, refuse } from '../../src/base/refusal.ts';
import type { Action } from '../../src/config/diff.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Mistake } from '../../src/config/mistake.ts';
import type { Batch } from '../../src/events/batch.ts';
import { Configuration, type ConfigurationPorts } from '../../src/supervisor/configuration.ts';
import { folder, ports } from '../config/scratch.ts';

const keep: Action = { action: 'keep', kind: 'service', name: 'web', detail: '', keys: [] };
const rules: Action = { action: 'start', kind: 'rules', name: 'rules/a.lua', detail: '3 rules', keys: [] };

/** The configuration of a folder, and what it does in which order; `mistakes` are those of rules. */
function configuration(mistakes: readonly Mistake[] = [], refused?: Refusal) {
	const at = folder({ 'archon.toml': '[service.web]\nrun = ["web"]' });
	const done: string[] = [];
	const services = {
		plan: () => [keep],
		reload: async (_: unknown, plan: readonly Action[]) => {
			done.push(`services ${plan.map(({ name }) => name)}`);
			return refused;
		},
	} as unknown as ConfigurationPorts['services'];
	const batch = {
		add: (type: string, _: string, fields: string[]) => done.push([type, ...fields].join(' ')),
	} as unknown as Batch;
	const made = new Configuration({
		settings: {} as ConfigurationPorts['settings'],
		services,
		batch,
		read: () => loadConfig(`${at}/archon.toml`, true, ports),
		planFurther: async () =>
			mistakes.length > 0 ? mistakes : { actions: [rules], carryOut: async () => void done.push('rules') },
	});
	const reload = async (isDry = false) => {
		const plan = await made.reload(isDry);
		return isRefusal(plan)
			? plan.refused.replaceAll(`${at}/`, '')
			: plan.map(({ action, name, detail }) => `${action} ${name} ${detail}`);
	};
	return { at, done, reload };
}

test('what is not of these files comes behind them, in the plan and when it is done', async () => {
	const { reload, done } = configuration();
	const plan = ['keep web ', 'start rules/a.lua 3 rules'];
	expect(await reload(true)).toEqual(plan);
	expect(done).toEqual([]);
	expect(await reload()).toEqual(plan);
	expect(done).toEqual(['services web', 'rules', 'config.reloaded start=1']);
});

test('mistakes of both are told together, and nothing is done', async () => {
	const { at, reload, done } = configuration([{ file: 'rules/a.lua', line: 3, key: '', text: 'no rule' }]);
	expect(await reload()).toBe('rules/a.lua:3: no rule');
	expect(await reload(true)).toBe('rules/a.lua:3: no rule');
	writeFileSync(`${at}/archon.toml`, '[service.web]\nrun = ["web"]\nrestrat = 1');
	expect(await reload()).toBe(
		'archon.toml:3: service.web.restrat: unknown key, did you mean "restart"?; rules/a.lua:3: no rule',
	);
	expect(done).toEqual([]);
});

test('where the services refuse, rules stay as they are', async () => {
	const { reload, done } = configuration([], refuse('a cycle'));
	expect(await reload()).toBe('a cycle');
	expect(done).toEqual(['services web']);
});

test('one that hangs is said with its path, and holds up no Reload that does not read it; of two the next waits', async () => {
	const anew = { file: 'a.toml', line: 1, key: '', text: 'read anew' };
	const hung = [
		Promise.withResolvers<readonly Mistake[]>(),
		Promise.withResolvers<readonly Mistake[]>(),
	] as const;
	const reads = [hung[0].promise, [anew], hung[1].promise, [anew]];
	let asked = 0;
	const made = new Configuration({
		settings: {} as ConfigurationPorts['settings'],
		services: {} as ConfigurationPorts['services'],
		batch: {} as Batch,
		read: async () => (await reads[asked++]) ?? [],
		unanswered: () => '/mnt/a.toml',
		patience: 20,
	});
	const late = refuse(
		'/mnt/a.toml: no answer within 0.02 s: mend what it is on or unmount it (umount -f), then reload again',
	);
	const read = refuse('a.toml:1: read anew');
	const four = Array.from({ length: 4 }, () => made.reload(false));
	expect(await Promise.all(four)).toEqual([late, read, late, late]);
	expect(asked).toBe(3);
	hung[0].resolve([]);
	expect(await made.reload(false)).toEqual(read);
	hung[1].resolve([]);
});

test('so it is where rules are read anew after the services: these are in force, and the rules once that is answered', async () => {
	const done: string[] = [];
	let answer = () => {};
	const hung = new Promise<void>((resolve) => {
		answer = resolve;
	});
	const services = { plan: () => [keep], reload: async () => void done.push('services') };
	const made = new Configuration({
		settings: {} as ConfigurationPorts['settings'],
		services: services as unknown as ConfigurationPorts['services'],
		batch: { add: (type: string) => done.push(type) } as unknown as Batch,
		read: async () => ({}) as Awaited<ReturnType<ConfigurationPorts['read']>>,
		planFurther: async () => ({ actions: [], carryOut: () => hung }),
		unanswered: () => '/mnt/rules',
		patience: 20,
	});
	const late =
		'/mnt/rules: no answer within 0.02 s: mend what it is on or unmount it (umount -f), then reload again';
	const partly = { refused: `the services are reloaded, the rules not yet: ${late}`, isPartly: true };
	expect(await Promise.all([made.reload(false), made.reload(true)])).toEqual([partly, [keep]]);
	expect(done).toEqual(['services']);
	answer();
	await hung;
	await Promise.resolve();
	expect(done).toEqual(['services', 'config.reloaded']);
});
