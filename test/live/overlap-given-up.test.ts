import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { ask, names, pidOf } from '../session/ask.ts';
import { Watch } from '../session/watch.ts';
import { Overlapping } from './overlapping.ts';

/** A command before the process, which waits unless `fast` is there. */
const before = 'before = [["sh", "-c", "test -e fast || read _ < gate"]]';

test('the new one can be given up before it has a process: the old one goes on, and can be stopped and started', async () => {
	const web = await Overlapping.start(before, (toml, directory) => {
		execFileSync('mkfifo', [`${directory}/gate`]);
		writeFileSync(`${directory}/fast`, '');
		return Archon.configured(toml, directory);
	});
	const { archon } = web;
	const old = await pidOf(archon, 'web');
	rmSync(`${archon.directory}/fast`);
	const watch = await Watch.begin(archon);
	const answer = ask(archon, 'Restart', 'web');
	await watch.event('process.starting', 'web@overlap');
	expect(await ask(archon, 'Stop', 'web@overlap')).toBe('Ok');
	expect(await answer).toMatch(`was stopped before it was ready; process ${old} goes on`);
	expect(await names(archon)).toEqual(['web']);
	writeFileSync(`${archon.directory}/fast`, '');
	expect(await ask(archon, 'Stop', 'web')).toBe('Ok');
	expect(await ask(archon, 'Start', 'web')).toBe('Ok');
	expect(web.pids).toEqual([await pidOf(archon, 'web')]);
});
