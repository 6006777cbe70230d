import { expect, test } from 'vitest';
import { requests } from '../../src/requests/index.ts';
import { WorthKeeping } from '../../src/server/worth-keeping.ts';

const names = requests.filter((it) => it.outlives).map((it) => it.name);
const worth = new WorthKeeping(names);

test('seven requests outlive the daemon', () => {
	expect(names.sort()).toEqual(['Restart', 'Run', 'Start', 'StartDaemon', 'Stop', 'Upgrade', 'Wait']);
});

test('each is found wherever it begins, in quotes too', () => {
	for (const name of names) {
		for (const text of [`${name},x\n`, `"${name}",x\n`, `Ping\n${name},x\n`, `Ping\r\n\n"${name}"\nPing\n`]) {
			expect(worth.isIn(text), text).toBe(true);
		}
	}
});

test('each is found in a read that ends anywhere in its name', () => {
	for (const name of names.flatMap((it) => [it, `"${it}`])) {
		for (let end = 1; end <= name.length; end++) {
			expect(worth.isIn(name.slice(0, end)), name.slice(0, end)).toBe(true);
			expect(worth.isIn(`Ping\n${name.slice(0, end)}`)).toBe(true);
		}
	}
});

test('what begins with another name is nothing of the kind', () => {
	const others = requests.filter((it) => !it.outlives).map((it) => it.name);
	for (const text of ['', '\n', 'Ping\n', 'x,Run\n', 'run\n', ...others.map((it) => `${it},Stop\n`)]) {
		expect(worth.isIn(text), text).toBe(false);
	}
});
