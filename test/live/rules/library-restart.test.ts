import { copyFileSync, renameSync } from 'node:fs';
import { expect, test } from 'vitest';
import { temporary } from '../../archon.ts';
import { shippedRule } from '../../rules/examples.ts';
import { pidOf, rows } from '../../session/ask.ts';
import { fieldOf, ruled, sleeping } from '../../session/ruled.ts';
import { Watch } from '../../session/watch.ts';
import { until } from '../until.ts';

const sleep = '/bin/sleep';

test('what runs on a replaced file is restarted, behind what it requires; by hand is only told', async () => {
	const directory = temporary();
	const program = `${directory}/program`;
	copyFileSync(sleep, program);
	const service = (name: string, ...keys: string[]) =>
		[`[service.${name}]`, `run = ["${program}", "60"]`, ...keys, ''].join('\n');
	const archon = await ruled(
		service('db') +
			service('web', 'requires = ["db"]') +
			service('careful', 'labels = { update = "by-hand" }') +
			sleeping('other'),
		shippedRule('library-restart.lua'),
		directory,
	);
	const before = new Map<string, number>();
	for (const name of ['db', 'web', 'careful', 'other']) {
		before.set(name, await pidOf(archon, name));
	}
	const watch = await Watch.begin(archon, 'types=process.*');
	copyFileSync(sleep, `${directory}/new`);
	renameSync(`${directory}/new`, program);
	const stopped = [await watch.event('process.stopping'), await watch.event('process.stopping')];
	expect(stopped.map((event) => event[4])).toEqual(['web', 'db']);
	const started = [await watch.event('process.ready'), await watch.event('process.ready')];
	expect(started.map((event) => event[4])).toEqual(['db', 'web']);
	await until(() => archon.said.includes(`careful runs on ${program}, which was replaced`));
	expect(await pidOf(archon, 'careful')).toBe(before.get('careful'));
	expect(await pidOf(archon, 'other')).toBe(before.get('other'));
	const fired = await rows(archon, 'Events', 'types=rule.fired');
	expect(fired.map((row) => row['name']).sort()).toEqual(['careful', 'db', 'web']);
	expect(fieldOf(stopped[0] ?? [], 'cause')).toBeDefined();
});
