import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { temporary } from '../../archon.ts';
import { until } from '../until.ts';
import { asRoot, Inside } from './inside.ts';

function script(directory: string, text: string): string {
	const path = `${directory}/rc`;
	writeFileSync(path, `#!/bin/sh\n${text}\n`);
	chmodSync(path, 0o755);
	return path;
}

/** Says when it begins, and stays. */
const says = (directory: string, word: string) =>
	`["sh", "-c", "echo ${word} >> ${directory}/told; exec sleep 1000"]`;

asRoot('everything waits for the boot script, and what that leaves behind goes on', async () => {
	const directory = temporary();
	const rc = script(
		directory,
		`sleep 1000 & echo $! > ${directory}/left; sleep 0.3; echo rc >> ${directory}/told`,
	);
	const toml = `[service.web]\nrun = ${says(directory, 'web')}\n`;
	const inside = await Inside.start({ directory, toml, options: ['--rc', rc] });
	expect(await inside.ask('Wait', 'web', 'running')).toBe('ok');
	await until(
		() => existsSync(`${directory}/told`) && readFileSync(`${directory}/told`, 'latin1').includes('web'),
	);
	expect(readFileSync(`${directory}/told`, 'latin1')).toBe('rc\nweb\n');
	expect(await inside.ask('Status', 'rc')).toEqual([['rc', 'daemon', 'exited', '-', '-', '0', 'exit:0', '']]);
	const left = readFileSync(`${directory}/left`, 'latin1').trim();
	expect(await inside.ask('Run', `kill,-0,${left}`)).toBe('exit');
	expect((await (await inside.connect()).call(['Run', `kill,-0,${left}`])).final).toEqual({
		tag: 'exit',
		code: 0,
	});
	// Nothing of it is new to a Reload, and a restart of what came after it does not run it again.
	expect(await inside.ask('Reload')).toEqual([
		['keep', 'rc', ''],
		['keep', 'web', ''],
	]);
	expect(await inside.ask('Restart', 'web')).toBe('ok');
	await until(() => readFileSync(`${directory}/told`, 'latin1').split('web').length > 2);
	expect(readFileSync(`${directory}/told`, 'latin1')).toBe('rc\nweb\nweb\n');
});

asRoot('a boot script that fails is told and holds nobody up', async () => {
	const directory = temporary();
	const rc = script(directory, 'exit 3');
	const toml = `[service.web]\nrun = ${says(directory, 'web')}\n`;
	const inside = await Inside.start({ directory, toml, options: ['--rc', rc] });
	expect(await inside.ask('Wait', 'web', 'running')).toBe('ok');
	expect(await inside.state('rc')).toBe('failed');
	expect(inside.said).toContain('process.failed rc');
});

asRoot('the end does not wait for a boot script that does not come to one', async () => {
	const directory = temporary();
	const rc = script(directory, 'exec sleep 1000');
	const toml = `[service.web]\nrun = ${says(directory, 'web')}\n`;
	const inside = await Inside.start({ directory, toml, options: ['--rc', rc] });
	expect(await inside.state('web')).toBe('waiting');
	process.kill(inside.pid, 'SIGTERM');
	expect(await inside.ended).toBe(0);
});

asRoot('a service called rc in the configuration is the boot unit', async () => {
	const directory = temporary();
	const toml = `[service.web]\nrun = ${says(directory, 'web')}\n[service.rc]\nrun = ["sh", "-c", "sleep 0.2; echo rc >> ${directory}/told"]\noneshot = true\n`;
	const inside = await Inside.start({ directory, toml });
	await until(
		() => existsSync(`${directory}/told`) && readFileSync(`${directory}/told`, 'latin1').includes('web'),
	);
	expect(readFileSync(`${directory}/told`, 'latin1')).toBe('rc\nweb\n');
	const rows = (await inside.ask('Config')) as string[][];
	expect(rows.find(([key]) => key === 'service.web.after')?.[1]).toBe('["rc"]');
});

asRoot('one that was named and is no program, or is also in the configuration, is told', async () => {
	const directory = temporary();
	const none = Inside.begin({ directory, options: ['--rc', `${directory}/none`] });
	expect(await none.ended).toBe(1);
	expect(none.said).toBe(`archond: cannot run ${directory}/none: No such file or directory\n`);
	const rc = script(directory, 'exit 0');
	const twice = Inside.begin({ directory, toml: '[service.rc]\nrun = ["true"]\n', options: ['--rc', rc] });
	expect(await twice.ended).toBe(1);
	expect(twice.said).toContain(
		'archond: --rc: it runs as the service "rc", and the configuration has a service of that name\n',
	);
});
