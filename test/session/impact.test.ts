import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';
import { ask, rows } from './ask.ts';
import { Since } from './happened.ts';

const service = (name: string, more = '') => `[service.${name}]\nrun = ["sleep", "60"]\n${more}\n`;

const shop =
	service('web', 'requires = ["app"]\nwants = ["cache"]') +
	service('app', 'requires = ["db"]') +
	service('cache', 'manual = true') +
	service('db');

async function impact(archon: Archon, request: string, name: string): Promise<string[]> {
	return (await rows(archon, 'Impact', request, name)).map(
		(it) => `${it['action']} ${it['name']} ${it['why']}`,
	);
}

test('it says beforehand what then happens, in that order', async () => {
	const archon = await Archon.configured(shop);
	expect(await ask(archon, 'Wait', 'web', 'running', '10s')).toBe('Ok');
	const since = new Since(archon);
	await since.next();
	const requests = [
		['Stop', 'db'],
		['Start', 'db'],
		['Restart', 'app'],
		['Stop', 'web'],
		['Stop', 'db'],
		['Start', 'web'],
		['Stop', 'cache'],
		['Restart', 'web'],
		['Restart', '*'],
	] as const;
	for (const [request, name] of requests) {
		const before = (await impact(archon, request, name))
			.filter((it) => !it.startsWith('keep'))
			.map((it) => it.split(' ').slice(0, 2).join(' '));
		expect(await ask(archon, request, name)).toBe('Ok');
		for (const it of before.filter((row) => row.startsWith('start'))) {
			expect(await ask(archon, 'Wait', it.slice(6), 'running', '10s')).toBe('Ok');
		}
		const told = (await since.next('stopping', 'starting')).map((it) =>
			it.replace('ping ', ' ').replace('ing ', ' '),
		);
		const isOrdered = request === 'Restart' && name === '*';
		const order = (all: string[]) => (isOrdered ? all.toSorted() : all);
		expect([request, name, order(told.map((it) => it.replace('stopp ', 'stop ')))]).toEqual([
			request,
			name,
			order(before),
		]);
	}
});

test('it says why, and what stays', async () => {
	const archon = await Archon.configured(shop);
	expect(await ask(archon, 'Wait', 'web', 'running', '10s')).toBe('Ok');
	expect(await impact(archon, 'Stop', 'db')).toEqual([
		'stop web requires app',
		'stop app requires db',
		'stop db asked',
	]);
	await ask(archon, 'Stop', 'db');
	expect(await impact(archon, 'Stop', 'db')).toEqual(['keep db is stopped']);
	expect(await impact(archon, 'Start', 'web')).toEqual([
		'start db app requires it',
		'start app web requires it',
		'start web asked',
	]);
	expect(await impact(archon, 'Start', 'db')).toEqual([
		'start db asked',
		'start app requires db',
		'start web requires app',
	]);
	expect(await impact(archon, 'Start', 'cache')).toEqual(['keep cache is running']);
});

test('other requests and names that are not there are refused', async () => {
	const archon = await Archon.configured(shop);
	expect(await ask(archon, 'Impact', 'Pause', 'web')).toMatch(/is not one of Start, Stop, Restart/);
	expect(await ask(archon, 'Impact', 'Stop', 'nothing')).toMatch(/^Error,"nothing is called ""nothing""/);
});
