import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { temporary } from '../../archon.ts';
import { shippedRule } from '../../rules/examples.ts';
import { status } from '../../session/ask.ts';
import { ruled } from '../../session/ruled.ts';
import { Watch } from '../../session/watch.ts';
import { until } from '../until.ts';

// Somebody else's processes are told to root alone.
test.skipIf(process.getuid?.() !== 0)(
	'any process of a program is watched, and its end runs a command',
	async () => {
		const directory = temporary();
		const told = `${directory}/told`;
		writeFileSync(
			`${directory}/tell`,
			`#!/bin/sh\nprintf '%s\\n' "$@" > ${told}.new; mv ${told}.new ${told}\n`,
			{
				mode: 0o755,
			},
		);
		const name = `pg${process.pid}`;
		copyFileSync('/bin/sleep', `${directory}/${name}`);
		const rule = shippedRule('adopt.lua', {
			'local program = "postgres"': `local program = "${name}"`,
			'"logger", "-t", "archon", "-p", "daemon.crit"': `"${directory}/tell", "now"`,
		});
		const archon = await ruled('', rule, directory);
		const watch = await Watch.begin(archon);
		const child = spawn(`${directory}/${name}`, ['60'], { stdio: 'ignore' });
		onTestFinished(() => {
			child.kill('SIGKILL');
		});
		const monitored = await watch.event('process.monitored');
		expect(monitored.slice(4, 6)).toEqual([name, `pid=${child.pid}`]);
		expect(await status(archon, name)).toMatchObject({ kind: 'foreign', state: 'running' });
		child.kill('SIGTERM');
		await until(() => existsSync(told));
		const [now, who, how] = readFileSync(told, 'latin1').split('\n');
		expect([now, who]).toEqual(['now', name]);
		expect(how).toMatch(/^(TERM|unknown)$/);
	},
);
