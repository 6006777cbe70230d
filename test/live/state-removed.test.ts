import { rmSync } from 'node:fs';
import { test } from 'vitest';
import { Archon } from '../archon.ts';
import { crash } from './crash.ts';
import { until } from './until.ts';

test('that the state directory was removed with its lock is told by the next daemon', async () => {
	const archon = await Archon.configured('');
	const state = `${archon.directory}/state`;
	rmSync(state, { recursive: true });
	await crash(archon);
	await until(() =>
		archon.said.includes(`archond: ${state} was removed, its lock too: another archond could`),
	);
});
