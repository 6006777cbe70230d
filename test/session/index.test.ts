import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { requests } from '../../src/requests/index.ts';
import { Archon } from '../archon.ts';
import { rows } from './ask.ts';

const source = new URL('../../src/requests/', import.meta.url);
/** What is in that folder and no request. */
const others = ['context.ts', 'each.ts', 'end-by.ts', 'index.ts', 'launch-request.ts', 'request.ts'];

test('every request that was written is in the list, once', () => {
	const files = readdirSync(source).filter((file) => !others.includes(file));
	const expected = requests.map(({ name }) => `${kebab(name)}.ts`);
	expect([...expected].sort()).toEqual(files.sort());
});

test('names are CamelCase and told apart when only case and hyphens differ', () => {
	for (const { name } of requests) {
		expect(name).toMatch(/^([A-Z][a-z]+)+(FD)?$/);
	}
	expect(new Set(requests.map(({ name }) => name.toLowerCase())).size).toBe(requests.length);
});

test('each says in a sentence what it does, and how it is written', () => {
	for (const { name, summary, synopsis } of requests) {
		expect(summary, name).toMatch(/^[A-Z][^\n]+[.]$/);
		expect(synopsis, name).toMatch(new RegExp(`^${name}(,|\\[|$)`));
	}
});

test('those that bring data say what its columns are called, and one alone goes on for ever', () => {
	const withColumns = requests.filter(({ columns }) => columns !== undefined).map(({ name }) => name);
	const expected = [
		'AllocatePort',
		'Config',
		'Events',
		'Help',
		'Impact',
		'Logs',
		'Reload',
		'Rules',
		'Save',
		'Sockets',
		'Status',
		'Tree',
		'Usage',
		'Version',
		'Why',
	];
	expect(withColumns.sort()).toEqual(expected);
	expect(requests.filter(({ follows }) => follows).map(({ name }) => name)).toEqual(['Subscribe']);
});

test('those that look need less than those that change something, and who may ask for help is anyone', () => {
	const needing = (needs: string) => requests.filter((it) => it.needs === needs).map(({ name }) => name);
	expect(needing('anyone')).toEqual(['BindFD', 'Ping', 'Version', 'Help']);
	const looking = [
		'Config',
		'Events',
		'Impact',
		'Logs',
		'Rules',
		'Sockets',
		'Status',
		'Subscribe',
		'Tree',
		'Usage',
		'Wait',
		'Why',
	];
	expect(needing('observe').sort()).toEqual(looking);
	expect(needing('operate')).toHaveLength(requests.length - 4 - looking.length);
});

test('the daemon knows every one of them, in the order of the manual', async () => {
	const archon = await Archon.start();
	expect((await rows(archon, 'Help')).map((row) => row['request'])).toEqual(requests.map(({ name }) => name));
});

/** `MonitorFD` is `monitor-fd`. */
function kebab(name: string): string {
	return name.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}
