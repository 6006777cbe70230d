import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Mark } from '../../src/events/mark.ts';
import { scratch } from './scratch.ts';

function markIn(directory: string): Mark {
	const mark = new Mark(directory);
	onTestFinished(() => mark.close());
	return mark;
}

const step = 65_536;
const inFile = (directory: string) =>
	Number(fs.readFileSync(path.join(directory, 'seq'), 'latin1').split(' ')[0]);

/** As if the machine had been booted since. */
function reboot(directory: string): void {
	const file = path.join(directory, 'seq');
	const text = fs.readFileSync(file, 'latin1');
	fs.writeFileSync(file, text.replace(/ .*\n/, ' 00000000-0000-4000-8000-000000000000\n'));
}

test('The first mark has no floor.', () => {
	expect(markIn(scratch()).floor).toBe(0);
});

test('Within one boot the mark is not used.', () => {
	const directory = scratch();
	markIn(directory).reached(1);
	expect(markIn(directory).floor).toBe(0);
});

test('After a boot counting goes on beyond every number that was given out.', () => {
	const directory = scratch();
	const mark = markIn(directory);
	for (let seq = 1; seq <= 3 * step; seq++) {
		mark.reached(seq);
	}
	reboot(directory);
	expect(markIn(directory).floor).toBeGreaterThan(3 * step);
});

test('A second boot skips ahead again, even if no number was given out between.', () => {
	const directory = scratch();
	markIn(directory).reached(1);
	reboot(directory);
	const { floor } = markIn(directory);
	reboot(directory);
	expect(markIn(directory).floor).toBeGreaterThan(floor);
});

test('The file is written with the first number and then once in 65 536.', () => {
	const directory = scratch();
	const mark = markIn(directory);
	const written = new Set<number>();
	for (let seq = 1; seq <= 2 * step; seq += 1024) {
		mark.reached(seq);
		written.add(inFile(directory));
	}
	expect(written.size).toBe(2);
	expect(Math.min(...written)).toBeGreaterThan(step);
});

test.each(['', 'rubbish', '12 boot\n'])('A file that holds %j is no mark and is replaced.', (text) => {
	const directory = scratch();
	fs.writeFileSync(path.join(directory, 'seq'), text);
	const mark = markIn(directory);
	expect(mark.floor).toBe(0);
	mark.reached(5);
	expect(inFile(directory)).toBeGreaterThan(5);
});
