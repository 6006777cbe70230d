import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished } from 'vitest';
import { temporary } from '../../archon.ts';
import { minderOf } from '../minder.ts';
import { until } from '../until.ts';
import { asRoot, Inside } from './inside.ts';

// Whatever kills the first daemons, as when memory is short, or keeps them from starting, would end a machine if its
// process 1 ended with them.

const toml = '[service.web]\nrun = ["sleep", "1000"]\n';

/** archond whose first daemons, so many, are killed as they begin. */
function striking(times: number): Inside {
	const directory = temporary();
	const node = `${directory}/node`;
	const struck = `${directory}/struck`;
	const strike = `[ $(cat ${struck} | wc -l) -lt ${times} ] && echo >> ${struck} && kill -KILL $$`;
	writeFileSync(node, `#!/bin/sh\n${strike}\nexec ${process.execPath} "$@"\n`);
	chmodSync(node, 0o755);
	writeFileSync(struck, '');
	return Inside.begin({ directory, toml, before: ['env', `ARCHON_NODE=${node}`] });
}

asRoot('a first daemon that is killed before its Hello is started again', async () => {
	const inside = striking(2);
	await until(() => inside.said.includes('listening on'));
	expect(inside.said.match(/the daemon was ended by signal KILL: starting it again/g)).toHaveLength(2);
	expect(await inside.ask('Wait', 'web', 'running')).toBe('ok');
	// It is the first one yet, that reads the files.
	expect(await inside.ask('Events', 'types=daemon.started')).toHaveLength(1);
});

asRoot('the fifth in a row makes it safe mode', async () => {
	const inside = striking(5);
	await until(() => inside.said.includes('listening on'));
	expect(inside.said).toContain('the daemon failed 5 times in a row: it begins in safe mode');
	expect(await inside.ask('Wait', 'web', 'running')).toBe('ok');
	expect(await inside.ask('Version')).toContainEqual(['mode', 'safe']);
});

asRoot('one that is told to end between two of them ends', async () => {
	const inside = striking(1000);
	await until(() => inside.said.includes('safe mode'));
	process.kill(inside.pid, 'SIGTERM');
	expect(await inside.ended).toBe(0);
});

asRoot('one that cannot be started at first is when it can', async () => {
	const directory = temporary();
	chmodSync(directory, 0o777);
	// There may be the keeper and its minder.
	const another = ['setpriv', '--reuid=54321', '--clear-groups'];
	const inside = Inside.begin({ directory, toml, before: [...another, 'prlimit', '--nproc=2:10000'] });
	// As another user it outlives unshare.
	onTestFinished(() => void (inside.pid > 0 && process.kill(inside.pid, 'SIGKILL')));
	await until(() => inside.said.includes('cannot start the daemon: Resource temporarily unavailable'));
	const raise = ['prlimit', '--pid', `${await minderOf(inside.pid)}`, '--nproc=10000:10000'];
	execFileSync('setpriv', [...another.slice(1), ...raise]);
	await until(() => inside.said.includes('listening on'));
	expect(await inside.ask('Wait', 'web', 'running')).toBe('ok');
});
