import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { Archon } from '../archon.ts';
import { Lines } from '../live/lines.ts';
import { until } from '../live/until.ts';
import { ask, daemon, status } from './ask.ts';
import { loggerOf } from './daemon.ts';

const archonctl = fileURLToPath(new URL('../../bin/archonctl', import.meta.url));

/** Follows and returns the lines of `Row` records one by one, as `<name> <line>`. */
async function follow(archon: Archon, ...fields: string[]) {
	const connection = await archon.connect();
	expect(await connection.call(['Logs', ...fields, 'follow'])).toMatchObject({
		final: { tag: 'ok' },
		rows: [],
	});
	const records = connection.follow();
	expect((await records.next()).value).toEqual(['Columns', 'name', 'time', 'stream', 'line']);
	const next = async () => {
		const { value } = await records.next();
		return value && [value[1], value[4]].join(' ');
	};
	/** Lines up to this one. */
	const upTo = async (last: string) => {
		const lines: string[] = [];
		while (lines.at(-1) !== last) {
			lines.push((await next()) ?? 'the end');
		}
		return lines;
	};
	return { connection, next, upTo };
}

test('Ok, Columns, the last lines, then new ones', async () => {
	const archon = await Archon.start();
	await daemon(
		archon,
		'web',
		'for i in 1 2 3; do echo $i; done; trap "echo hup; echo err >&2" HUP; while :; do sleep 1000 & wait; done',
	);
	await until(async () => (await archon.lines('Logs,web\n')).length === 5);
	const { next } = await follow(archon, 'web', 'lines=2');
	expect([await next(), await next()]).toEqual(['web 2', 'web 3']);
	await ask(archon, 'Signal', 'web', 'HUP');
	expect([await next(), await next()].sort()).toEqual(['web err', 'web hup']);
});

test('lines=0, a stream and since= are for what is followed, too', async () => {
	const archon = await Archon.start();
	await ask(archon, 'Run', 'sh,-c,echo old', 'ARCHON_NAME=job');
	const errors = await follow(archon, 'job', 'lines=0', 'stream=stderr');
	const future = await follow(archon, 'job', `since=${new Date(Date.now() + 1).toISOString()}`);
	await ask(archon, 'Run', 'sh,-c,echo new; echo bad >&2', 'ARCHON_NAME=job');
	expect(await errors.next()).toBe('job bad');
	expect([await future.next(), await future.next()].sort()).toEqual(['job bad', 'job new']);
});

test('it goes on when the service is started again, and when it is gone and another has its name', async () => {
	const archon = await Archon.start();
	await daemon(archon, 'web', 'echo up $$; exec sleep 1000', 'ARCHON_RESTART=always');
	const { next, upTo } = await follow(archon, 'web', 'lines=10');
	const first = Number((await status(archon, 'web'))['pid']);
	expect(await next()).toBe(`web up ${first}`);
	process.kill(first, 'SIGKILL');
	expect(await next()).not.toBe(`web up ${first}`);
	await ask(archon, 'Stop', 'web');
	await ask(archon, 'Remove', 'web');
	await daemon(archon, 'web', 'echo another; exec sleep 1000');
	expect((await upTo('web another')).length).toBeLessThan(3);
});

test('neither rotations nor a kill of archon-log lose or double a line of it', async () => {
	const archon = await Archon.start();
	// 26 MiB are three files.
	const script =
		'i=0; while [ $i -lt 26 ]; do seq -f "$i %.0f xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" 1 14000; i=$((i+1)); done';
	const { connection, next } = await (async () => {
		await ask(archon, 'Run', 'echo,begin', 'ARCHON_NAME=job');
		return follow(archon, 'job', 'lines=1');
	})();
	expect(await next()).toBe('job begin');
	const run = ask(archon, 'Run', `"sh","-c","${script.replaceAll('"', '""')}"`, 'ARCHON_NAME=job');
	let wanted = 0;
	for (let i = 0; i < 26; i++) {
		if (i % 8 === 3) {
			process.kill(await loggerOf(archon), 'SIGKILL');
		}
		for (let n = 1; n <= 14_000; n++) {
			const line = await next();
			if (line !== `job ${i} ${n} ${'x'.repeat(30)}`) {
				expect(line).toBe(`job ${i} ${n}`);
			}
			wanted++;
		}
	}
	expect(wanted).toBe(26 * 14_000);
	expect(await run).toBe('ExitStatus,0');
	connection.close();
}, 60_000);

test('what the client still sends is discarded, and a half-close does not end it', async () => {
	const archon = await Archon.start();
	await ask(archon, 'Run', 'echo,one', 'ARCHON_NAME=job');
	const { connection, next } = await follow(archon, 'job');
	expect(await next()).toBe('job one');
	connection.send('Ping\nnonsense"\n');
	connection.end();
	await ask(archon, 'Run', 'echo,two', 'ARCHON_NAME=job');
	expect(await next()).toBe('job two');
});

test('a glob is all that match it, merged', async () => {
	const archon = await Archon.start();
	for (const name of ['web-1', 'web-2', 'api']) {
		await daemon(archon, name, `echo ${name}; trap 'echo again' HUP; while :; do sleep 1000 & wait; done`);
		await until(async () => (await archon.lines(`Logs,${name}\n`)).length === 3);
	}
	const found = await archon.lines('Logs,web-*\n');
	expect(
		found
			.map((line) => line.split(','))
			.map(([tag, name]) => `${tag} ${name}`)
			.slice(1, -1),
	).toEqual(['Row web-1', 'Row web-2']);
	const { next, upTo } = await follow(archon, 'web-*', 'lines=1');
	expect(await next()).toBe('web-2 web-2');
	await ask(archon, 'Signal', 'api', 'HUP');
	await ask(archon, 'Signal', 'web-1', 'HUP');
	expect(await upTo('web-1 again')).toEqual(['web-1 again']);
});

test('one who does not read gets everything later, and nobody waits for him', async () => {
	const archon = await Archon.start();
	await ask(archon, 'Run', 'echo,begin', 'ARCHON_NAME=job');
	const { next } = await follow(archon, 'job');
	expect(await ask(archon, 'Run', 'seq,1,200000', 'ARCHON_NAME=job')).toBe('ExitStatus,0');
	expect(await ask(archon, 'Ping')).toBe('Ok');
	expect(await next()).toBe('job begin');
	for (let n = 1; n <= 200_000; n++) {
		const line = await next();
		if (line !== `job ${n}`) {
			expect(line).toBe(`job ${n}`);
		}
	}
}, 60_000);

test('archonctl logs --follow shows the last lines and then new ones', async () => {
	const archon = await Archon.start();
	await ask(archon, 'Run', 'sh,-c,echo one; echo two; echo bad >&2; echo three', 'ARCHON_NAME=job');
	const words = ['logs', 'job', '--follow', '--since', '1h', '--stream', 'stdout', '--lines', '2'];
	const child = spawn(archonctl, ['--socket', archon.socket, ...words], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	onTestFinished(() => void child.kill('SIGKILL'));
	const lines = new Lines(child.stdout);
	expect([await lines.next(), await lines.next()].map((line) => line?.slice(26))).toEqual([
		'stdout  two',
		'stdout  three',
	]);
	await ask(archon, 'Run', 'echo,four', 'ARCHON_NAME=job');
	expect(await lines.next()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z {2}stdout {2}four$/);
});
