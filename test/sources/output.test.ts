import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Event } from '../../src/events/event.ts';
import { mostHeard, mostLines, mostOfLine, Output, type Speaker } from '../../src/sources/output.ts';
import type { Want } from '../../src/sources/source.ts';

beforeEach(() => {
	vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
	vi.useRealTimers();
});

const of = (name: string, more: Want['when'] = {}): Want => ({
	type: 'process.output',
	when: { name: { is: 'glob', glob: name }, ...more },
	except: {},
});

function listening(...names: string[]) {
	const speakers: Speaker[] = names.map((name) => ({ name, kind: 'daemon', labels: {} }));
	const lines: string[] = [];
	const complaints: string[] = [];
	const followed: string[] = [];
	const heard = new Map<string, { line(stream: string, line: string): void; fault(fault: unknown): void }>();
	const output = new Output({
		speakers: () => speakers,
		now: Date.now,
		tell: (_, name, fields) => lines.push([name, ...fields].join(' ')),
		complain: (reason) => complaints.push(reason),
		follow(name, since, line, fault) {
			followed.push(`${name} ${since}`);
			heard.set(name, { line, fault });
			return () => {
				followed.push(`${name} no more`);
				heard.delete(name);
			};
		},
	});
	return {
		output,
		speakers,
		lines,
		complaints,
		followed,
		write: (name: string, line: string, stream = 'stdout') => heard.get(name)?.line(stream, line),
		fault: (name: string, why: unknown) => heard.get(name)?.fault(why),
	};
}

const starting = (name: string, time: number): Event => ({
	seq: 1,
	time,
	type: 'process.starting',
	name,
	fields: [],
});

test('who is asked for by name is listened to, and nobody else', () => {
	const { output, followed, lines, write } = listening('web-1', 'web-2', 'db');
	output.want([of('web-*'), { ...of('db'), when: {} }]);
	expect(followed).toEqual(['web-1 1000000', 'web-2 1000000']);
	write('web-1', 'a, b');
	write('web-2', 'oh', 'stderr');
	expect(lines).toEqual(['web-1 stream=stdout line=a, b', 'web-2 stream=stderr line=oh']);
	output.want([of('web-2')]);
	output.close();
	expect(followed.slice(2)).toEqual(['web-1 no more', 'web-2 no more']);
});

test('one that comes later is listened to from its start on, one that has gone no more', () => {
	const { output, speakers, followed } = listening('web-1');
	output.want([of('web-*')]);
	speakers.splice(0, 1, { name: 'web-2', kind: 'daemon', labels: {} });
	output.hear({ ...starting('web-2', 999_990), type: 'process.started' });
	expect(followed).toEqual(['web-1 1000000']);
	output.hear(starting('web-2', 999_990));
	expect(followed.slice(1)).toEqual(['web-1 no more', 'web-2 999990']);
	output.close();
	output.hear(starting('web-2', 999_999));
	expect(followed.slice(3)).toEqual(['web-2 no more']);
});

test('a line that nobody can want is not told', () => {
	const { output, lines, write } = listening('web');
	output.want([
		of('web', { stream: { is: 'glob', glob: 'stderr' } }),
		of('web', { line: { is: 'equal', to: 5 } }),
	]);
	for (const line of ['no', '5', '6']) {
		write('web', line);
	}
	write('web', 'yes', 'stderr');
	expect(lines).toEqual(['web stream=stdout line=5', 'web stream=stderr line=yes']);
});

test('of a long line the first is told, whole characters of it', () => {
	const { output, lines, write } = listening('web');
	output.want([of('web')]);
	write('web', 'x'.repeat(mostOfLine));
	write('web', 'x'.repeat(mostOfLine + 1));
	write('web', `${'x'.repeat(mostOfLine - 1)}\xe2\x82\xac`);
	expect(lines).toEqual([
		`web stream=stdout line=${'x'.repeat(mostOfLine)}`,
		`web stream=stdout line=${'x'.repeat(mostOfLine)} cut=${mostOfLine + 1}`,
		`web stream=stdout line=${'x'.repeat(mostOfLine - 1)} cut=${mostOfLine + 2}`,
	]);
});

test('of too many lines the first are told, and that there were more; it goes on with the next second', () => {
	const { output, lines, followed, write } = listening('web');
	output.want([of('web')]);
	vi.advanceTimersByTime(10);
	for (let i = 1; i <= mostLines; i++) {
		write('web', `${i}`);
	}
	expect([lines.length, followed.length]).toEqual([mostLines, 1]);
	vi.advanceTimersByTime(400);
	for (let i = 1; i <= mostLines; i++) {
		write('web', 'more');
	}
	expect(lines.slice(mostLines)).toEqual([
		`web reason=more than ${mostLines} lines within a second: not all are told`,
	]);
	expect(followed.slice(1)).toEqual(['web no more']);
	vi.advanceTimersByTime(599);
	expect(followed.length).toBe(2);
	vi.advanceTimersByTime(1);
	expect(followed.slice(2)).toEqual(['web 1001010']);
	write('web', 'again');
	expect(lines.at(-1)).toBe('web stream=stdout line=again');
	expect(lines.length).toBe(mostLines + 2);
});

test('what nobody wants is not looked at without end', () => {
	const { output, lines, followed, write } = listening('web');
	output.want([of('web', { stream: { is: 'glob', glob: 'stderr' } })]);
	for (let i = 0; i < 4; i++) {
		write('web', 'x'.repeat(65_536));
	}
	expect([lines, followed.length]).toEqual([[], 1]);
	write('web', 'x');
	expect(lines).toEqual(['web reason=more than 256 KiB within a second: not all are told']);
	output.close();
	vi.advanceTimersByTime(5000);
	expect(followed).toEqual(['web 1000000', 'web no more', 'web no more']);
});

test('more daemons than can be listened to are told once', () => {
	const names = Array.from({ length: mostHeard + 1 }, (_, i) => `web-${i}`);
	const { output, complaints, followed } = listening(...names);
	output.want([of('web-*')]);
	output.want([of('web-*'), of('other')]);
	expect(followed.length).toBe(mostHeard);
	expect(complaints).toEqual([
		`process.output: ${mostHeard + 1} daemons are asked about, and ${mostHeard} are listened to`,
	]);
	const other = listening(...names.slice(1));
	other.output.want([of('web-*')]);
	expect(other.complaints).toEqual([]);
});

test('a log that cannot be read is told', () => {
	const { output, complaints, fault } = listening('web');
	output.want([of('web')]);
	fault('web', new Error('EACCES'));
	expect(complaints).toEqual(['process.output: the log of web cannot be read: EACCES']);
});
