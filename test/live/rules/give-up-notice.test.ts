import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { temporary } from '../../archon.ts';
import { shippedRule } from '../../rules/examples.ts';
import { rows } from '../../session/ask.ts';
import { ruled, service } from '../../session/ruled.ts';
import { until } from '../until.ts';

test('somebody hears about it when a process gives up, and why', async () => {
	const directory = temporary();
	const told = `${directory}/told`;
	writeFileSync(
		`${directory}/tell`,
		`#!/bin/sh\nprintf '%s\\n' "$@" > ${told}.new; mv ${told}.new ${told}\n`,
		{
			mode: 0o755,
		},
	);
	const rule = shippedRule('give-up-notice.lua', {
		'"logger", "-t", "archon", "-p", "daemon.err"': `"${directory}/tell", "--now"`,
	});
	const archon = await ruled(service('web', 'exit 3', 'restart = "never"'), rule, directory);
	await until(() => existsSync(told));
	expect(readFileSync(told, 'latin1')).toMatch(/^--now\nweb gave up: .*3.*\n$/);
	expect(archon.said).toContain('web gave up: ');
	const [fired] = await rows(archon, 'Events', 'types=rule.fired');
	expect(fired?.['fields']).toContain('rule=somebody hears about it when a process gives up,act=log;run');
});
