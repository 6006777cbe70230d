import { appendFileSync, mkdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { expect, test } from 'vitest';
import { native } from '../../src/native/index.ts';
import { Intake, type Piece, readIntake } from '../../src/server/intake.ts';
import { temporary } from '../archon.ts';
import { smallDisk } from '../native/small-disk.ts';

const piece = (number: number, text = 'Run,ls\n', of: Partial<Piece> = {}): Piece => ({
	...{ number, before: 0, from: 0, text, fds: [] },
	...of,
});
const fail = () => expect.unreachable();
const begun = () => {
	const path = `${temporary()}/intake`;
	return { path, intake: new Intake(native, path, new Map(), fail) };
};

test('what is written is read again, every byte of it', () => {
	const { path, intake } = begun();
	const bytes = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join('');
	const all = [piece(1, bytes, { fds: [3, 4] }), piece(2, '"\\\n', { before: 1, from: 4_294_967_295 })];
	for (const it of all) {
		expect(intake.write(it)).toBe(true);
	}
	expect([...readIntake(path).values()]).toEqual(all);
	expect(readIntake(`${path}-not`).size).toBe(0);
	expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('one that is written again is what it was the last time', () => {
	const { path, intake } = begun();
	intake.write(piece(1, 'Run,ls\n', { fds: [3] }));
	intake.write(piece(1));
	expect([...readIntake(path).values()]).toEqual([piece(1)]);
});

test('a line that was cut off is none', () => {
	const { path, intake } = begun();
	intake.write(piece(1));
	intake.write(piece(2));
	const { size } = statSync(path);
	for (let at = size - 1; at > size / 2; at--) {
		truncateSync(path, at);
		expect([...readIntake(path).keys()]).toEqual([1]);
	}
	appendFileSync(path, '{"number":');
	expect([...readIntake(path).keys()]).toEqual([1]);
});

test('it begins with what is still needed of what was there', () => {
	const { path, intake } = begun();
	intake.write(piece(1));
	intake.write(piece(2));
	const next = new Intake(native, path, new Map([[2, piece(2)]]), fail);
	next.write(piece(3));
	expect([...readIntake(path).keys()]).toEqual([2, 3]);
});

test('it does not grow for ever: what is forgotten goes, what is needed stays', () => {
	const { path, intake } = begun();
	intake.write(piece(1));
	for (let number = 2; number < 60; number++) {
		const long = piece(number, 'x'.repeat(100_000));
		intake.write(long);
		intake.forget(long);
		expect(statSync(path).size).toBeLessThan(1_600_000);
	}
	expect(readIntake(path).get(1)).toEqual(piece(1));
	expect(statSync(`${path}.new`).size).toBe(0);
});

test('what cannot be written is said, and the next one is tried again', () => {
	const path = `${temporary()}/no/intake`;
	const faults: unknown[] = [];
	const intake = new Intake(native, path, new Map(), (fault) => faults.push(fault));
	expect([intake.write(piece(1)), faults.length]).toEqual([false, 2]);
	mkdirSync(path.slice(0, -'/intake'.length));
	expect([intake.write(piece(2)), faults.length]).toEqual([true, 2]);
	expect(readFileSync(path, 'utf8')).toBe(`${JSON.stringify(piece(2))}\n`);
});

test('as much is written down as there may be at once, and no byte more until something is forgotten', () => {
	const path = `${temporary()}/intake`;
	const intake = new Intake(native, path, new Map([[1, piece(1, 'x')]]), fail, 10);
	expect([intake.write(piece(2, 'x'.repeat(9))), intake.write(piece(3, 'x'))]).toEqual([true, false]);
	expect(intake.write(piece(2, 'x'.repeat(9), { fds: [1] }))).toBe(true);
	intake.forget(piece(1, 'x'));
	intake.forget(piece(1, 'x'));
	expect([intake.write(piece(3, 'xx')), intake.write(piece(3, 'x'))]).toEqual([false, true]);
	expect(new Intake(native, path, new Map(), fail, 0).write(piece(4, 'x'))).toBe(false);
});

test('on a disk that is full what is not needed any more gives room, until all that is there is needed', () => {
	const folder = temporary();
	const [path, faults]: [string, unknown[]] = [`${folder}/intake`, []];
	const intake = new Intake(smallDisk(folder, 131_072), path, new Map(), (fault) => faults.push(fault));
	const long = (number: number) => piece(number, 'x'.repeat(20_000));
	for (let number = 1; number < 100; number++) {
		expect(intake.write(long(number))).toBe(true);
		expect([...readIntake(path).keys()].at(-1)).toBe(number);
		intake.forget(long(number - 1));
	}
	expect(faults).toEqual([]);
	expect([100, 101, 102, 103].map((number) => intake.write(long(number)))).toContain(false);
	expect([faults.length > 0, readIntake(path).has(99)]).toEqual([true, true]);
});
