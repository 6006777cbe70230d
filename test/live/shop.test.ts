import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { pidOf, rows, status } from '../session/ask.ts';
import { freePort } from './free-port.ts';

const example = fileURLToPath(new URL('../../examples/shop', import.meta.url));

test('the shop boots in order, heals, reloads one line and stops in order', async () => {
	const { archon, file, front } = await openShop();
	const client = await archon.connect();
	for (const name of ['redis', 'app', 'web']) {
		expect((await client.call(['Wait', name, 'running', '20s'])).final).toEqual({ tag: 'ok' });
	}
	expect(await visit(front)).toBe('hello 1');
	const boot = await moments(archon, 0);
	expect(boot.indexOf('ready redis')).toBeLessThan(boot.indexOf('starting app'));
	expect(boot.indexOf('ready app')).toBeLessThan(boot.indexOf('starting web'));

	for (const [killed, also] of [
		['web', []],
		['app', []],
		['redis', ['app']],
	] as const) {
		const before = await pids(archon);
		const since = await newest(archon);
		process.kill(before[killed], 'SIGKILL');
		for (const name of [killed, ...also]) {
			await until(archon, since, `ready ${name}`);
		}
		const after = await pids(archon);
		for (const name of ['redis', 'app', 'web'] as const) {
			const isTouched = name === killed || (also as readonly string[]).includes(name);
			expect(after[name] !== before[name], `${name} after ${killed} was killed`).toBe(isTouched);
		}
		expect(await visit(front)).toMatch(/^hello \d+$/);
	}

	const before = await pids(archon);
	writeFileSync(file, readFileSync(file, 'utf8').replace('GREETING = "hello"', 'GREETING = "welcome"'));
	const plan = await rows(archon, 'Reload', 'dry-run');
	expect(plan.filter((row) => row['action'] !== 'keep')).toEqual([
		{ action: 'restart', name: 'app', detail: 'env.GREETING changed' },
	]);
	expect(await pids(archon)).toEqual(before);
	await rows(archon, 'Reload');
	await client.call(['Wait', 'app', 'running', '20s']);
	const after = await pids(archon);
	expect(after.app).not.toBe(before.app);
	expect([after.redis, after.web]).toEqual([before.redis, before.web]);
	expect(await visit(front)).toMatch(/^welcome \d+$/);

	const ends: string[] = [];
	const ear = await archon.connect();
	await ear.call(['Subscribe', 'types=process.stopped']);
	const heard = (async () => {
		for await (const event of ear.follow()) {
			ends.push(event[4] ?? '');
		}
	})();
	await client.call(['Shutdown']);
	await heard;
	expect(ends).toEqual(['web', 'app', 'redis']);
});

type Names = 'redis' | 'app' | 'web';

/** The example in a folder and on ports of its own. */
async function openShop(): Promise<{ archon: Archon; file: string; front: number }> {
	const directory = temporary();
	cpSync(example, `${directory}/shop`, { recursive: true });
	const ports = new Map<string, number>();
	for (const port of ['6390', '8090', '8091']) {
		ports.set(port, await freePort());
	}
	for (const name of ['archon.toml', 'nginx.conf']) {
		const path = `${directory}/shop/${name}`;
		const text = readFileSync(path, 'utf8').replaceAll(/\b(?:6390|8090|8091)\b/g, (it) => `${ports.get(it)}`);
		writeFileSync(path, text);
	}
	const file = `${directory}/shop/archon.toml`;
	const archon = await Archon.start(directory, {}, ['--config', file]);
	return { archon, file, front: ports.get('8090') ?? 0 };
}

async function visit(port: number): Promise<string> {
	const response = await fetch(`http://127.0.0.1:${port}/`);
	return (await response.text()).trim();
}

async function pids(archon: Archon): Promise<Record<Names, number>> {
	return {
		redis: await pidOf(archon, 'redis'),
		app: await pidOf(archon, 'app'),
		web: await pidOf(archon, 'web'),
	};
}

/** What happened after that event: `ready redis` and so on. */
async function moments(archon: Archon, since: number): Promise<string[]> {
	const events = await rows(archon, 'Events', 'types=process.*', `since=${since}`);
	return events.map((row) => `${row['type']?.slice('process.'.length)} ${row['name']}`);
}

async function newest(archon: Archon): Promise<number> {
	const events = await rows(archon, 'Events');
	return Number(events.at(-1)?.['seq']);
}

/** Waits for it to happen after that event. */
async function until(archon: Archon, since: number, moment: string): Promise<void> {
	const [type, name] = moment.split(' ');
	const ear = await archon.connect();
	await ear.call(['Subscribe', `types=process.${type}`, `names=${name}`, `since=${since}`]);
	for await (const event of ear.follow()) {
		if (event[0] === 'Event') {
			break;
		}
	}
	expect((await status(archon, name ?? ''))['state']).toBe('running');
}
