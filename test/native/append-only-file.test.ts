import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { AppendOnlyFile } from '../../src/native/append-only-file.ts';
import { temporary } from '../archon.ts';
import { smallDisk } from './small-disk.ts';

const step = 65_536;
const lineOf = (bytes: number) => `${'x'.repeat(bytes - 1)}\n`;

/** In a folder that is a disk of so many bytes. */
function made(size: number, folder = temporary()) {
	const disk = smallDisk(folder, size);
	const path = `${folder}/x`;
	const file = new AppendOnlyFile(disk, path);
	onTestFinished(() => file.close());
	return { folder, path, file, disk, room: disk.room, text: () => readFileSync(path, 'latin1') };
}

test('room is kept ahead of what is written and for writing it anew, and is not asked for each time', () => {
	const { path, file, disk, room, text } = made(1 << 30);
	file.rewrite('a\n');
	expect([text(), room('x'), room('x.new'), statSync(`${path}.new`).size]).toEqual(['a\n', step, step, 0]);
	for (let i = 0; i < 32; i++) {
		file.append(lineOf(1000));
	}
	expect([disk.asked, file.isDue]).toEqual([2, false]);
	file.append(lineOf(1000));
	expect([disk.asked, room('x'), room('x.new'), file.isDue]).toEqual([4, 2 * step, 2 * step, false]);
});

test('a disk that is full by then does not keep it from being written, anew and anew, by one after the other', () => {
	const { folder, file, disk, text } = made(2 * step);
	let last = file;
	for (let crash = 0; crash < 3; crash++) {
		last.rewrite(lineOf(10_000));
		for (let i = 0; i < 300; i++) {
			last.append(lineOf(1000));
			if (last.isDue) {
				last.rewrite(lineOf(10_000));
				expect([text(), last.isDue]).toEqual([lineOf(10_000), false]);
			}
		}
		last = made(disk.size, folder).file;
	}
});

test('what there is no room for leaves it as it was, and where that cannot be taken ahead it is said', () => {
	const { file, disk, text } = made(2 * step);
	file.rewrite('a\n');
	file.append(lineOf(40_000));
	expect(() => file.reserve()).toThrow('ENOSPC');
	expect(() => file.append(lineOf(40_000))).toThrow('ENOSPC');
	expect(() => file.rewrite(lineOf(3 * step))).toThrow('ENOSPC');
	file.append('b\n');
	expect([text(), file.isDue]).toEqual([`a\n${lineOf(40_000)}b\n`, false]);
	disk.size += 2 * step;
	file.reserve();
	file.append(lineOf(40_000));
	expect(text()).toHaveLength(80_004);
});

test('one that could not be written anew is tried again when it has grown further', () => {
	const { folder, file, disk } = made(2 * step);
	file.rewrite('a\n');
	file.append(lineOf(40_000));
	expect(file.isDue).toBe(true);
	expect(() => file.rewrite(lineOf(2 * step))).toThrow('ENOSPC');
	expect(file.isDue).toBe(false);
	disk.size += step;
	file.append(lineOf(32_000));
	file.append(lineOf(1000));
	expect([file.isDue, existsSync(`${folder}/x.new`)]).toEqual([true, true]);
});

test('what a larger one had taken is given back when it is written anew', () => {
	const { file, room, text } = made(1 << 30);
	file.rewrite(lineOf(10));
	while (!file.isDue) {
		file.append(lineOf(10_000));
	}
	expect([room('x') > 1 << 20, room('x.new') > 1 << 20]).toEqual([true, true]);
	file.rewrite('b\n');
	expect([text(), room('x') <= 2 * step, room('x.new') <= 2 * step]).toEqual(['b\n', true, true]);
});

test('one that could not be begun can be, and until then nothing is appended', () => {
	const folder = `${temporary()}/later`;
	const file = new AppendOnlyFile({ preallocate: () => 0 }, `${folder}/x`);
	expect(() => file.rewrite('a\n')).toThrow('ENOENT');
	expect(() => file.append('a\n')).toThrow('has not begun');
	mkdirSync(folder);
	file.rewrite('');
	file.append('a\n');
	file.append('b\n');
	// Where no room is taken ahead there is nothing to keep.
	expect([readFileSync(`${folder}/x`, 'latin1'), readdirSync(folder), file.isDue]).toEqual([
		'a\nb\n',
		['x'],
		false,
	]);
	file.close();
});
