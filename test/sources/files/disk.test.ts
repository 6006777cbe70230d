import { expect, test } from 'vitest';
import { Disk } from '../../../src/sources/files/disk.ts';
import { scratch, write } from './scratch.ts';

/** Something that answers when it is told to. */
function slow() {
	let answer = () => {};
	const asked = new Promise<string>((resolve) => {
		answer = () => resolve('late');
	});
	return { ask: () => asked, answer: () => answer() };
}

test('one thing at a time is asked, in order', async () => {
	const disk = new Disk(() => {});
	const order: string[] = [];
	const step = (name: string) => async () => {
		order.push(`${name} begins`);
		await new Promise(setImmediate);
		order.push(`${name} ends`);
	};
	await Promise.all([disk.ask('a', step('a')), disk.ask('b', step('b'))]);
	expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

test('one that hangs does not hold up the others, two do, and it is told', async () => {
	const told: string[] = [];
	const disk = new Disk((reason) => told.push(reason), 10);
	const [one, other] = [slow(), slow()];
	const first = disk.ask('/net/a', one.ask);
	expect(await disk.ask('/b', async () => 'fine')).toBe('fine');
	expect(told).toEqual(['/net/a does not answer: it is watched again when it does']);
	const second = disk.ask('/net/c', other.ask);
	let isAnswered = false;
	const third = disk.ask('/d', async () => {
		isAnswered = true;
	});
	while (told.length < 2) {
		await new Promise(setImmediate);
	}
	expect(told[1]).toBe(
		'/net/c does not answer: it is watched again when it does, and nothing else is looked at until it does',
	);
	expect(isAnswered).toBe(false);
	one.answer();
	await third;
	expect(await first).toBe('late');
	other.answer();
	expect(await second).toBe('late');
});

test('what fails fails as the file system does, and the next is asked', async () => {
	const at = scratch();
	const disk = new Disk(() => {});
	await expect(disk.lstat(`${at}/none`)).rejects.toMatchObject({ code: 'ENOENT' });
	await expect(disk.names(`${at}/none`, () => true, 1)).rejects.toMatchObject({ code: 'ENOENT' });
	expect((await disk.lstat(at)).isDirectory()).toBe(true);
});

test('names in the order of their bytes, up to a limit', async () => {
	const at = scratch();
	for (let i = 0; i < 600; i++) {
		write(`${at}/${i}`, '');
	}
	const disk = new Disk(() => {});
	const isAsked = (name: string) => name.startsWith('1');
	const found = await disk.names(at, isAsked, 111);
	expect(found).toHaveLength(111);
	expect(found?.slice(0, 4)).toEqual(['1', '10', '100', '101']);
	expect(await disk.names(at, isAsked, 110)).toBeUndefined();
	expect(await disk.names(at, () => false, 0)).toEqual([]);
});
