import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { temporary } from '../../archon.ts';
import { shippedRule } from '../../rules/examples.ts';
import { pidOf } from '../../session/ask.ts';
import { fieldOf, ruled, service } from '../../session/ruled.ts';
import { Watch } from '../../session/watch.ts';
import { until } from '../until.ts';
import { isWatched } from '../watched.ts';

test('a process is told that its configuration changed, and not of what is removed', async () => {
	const directory = temporary();
	mkdirSync(`${directory}/nginx`);
	const waits = `trap 'echo again >> ${directory}/heard' HUP; echo up >> ${directory}/heard; while :; do sleep 60 & wait; done`;
	const rule = shippedRule('restart-on-config-change.lua', { '/etc/nginx': `${directory}/nginx` });
	const archon = await ruled(service('nginx', waits), rule, directory);
	await until(() => existsSync(`${directory}/heard`));
	const nginx = await pidOf(archon, 'nginx');
	const watch = await Watch.begin(archon);
	// What is there when it is first looked at is no change.
	await until(() => isWatched(archon, `${directory}/nginx`));
	writeFileSync(`${directory}/nginx/.site.conf.swp`, 'half');
	renameSync(`${directory}/nginx/.site.conf.swp`, `${directory}/nginx/site.conf`);
	const fired = await watch.event('rule.fired');
	expect([fieldOf(fired, 'act'), fieldOf(fired, 'because')]).toEqual(['signal', 'its configuration changed']);
	await until(() => readFileSync(`${directory}/heard`, 'latin1') === 'up\nagain\n');
	expect(await pidOf(archon, 'nginx')).toBe(nginx);
});
