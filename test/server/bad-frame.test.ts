import { expect, test } from 'vitest';
import { Framer, lostDescriptor } from '../../src/protocol/frame.ts';
import { badBecause } from '../../src/server/bad-frame.ts';

/** The first frame that these bytes are cut into. */
function frame(bytes: string, limit?: number, fds: readonly number[] = []) {
	const framer = new Framer(limit);
	framer.push(bytes, fds);
	return framer.next() ?? framer.end() ?? ({ tag: 'bad', why: 'no frame', fds: [] } as const);
}

test('a bad record says why by itself', () => {
	expect(badBecause(frame('Ping,a"b\n'))).toMatch(/quote/);
	expect(badBecause(frame('Ping\0\n'))).toMatch(/NUL/);
	expect(badBecause(frame('Pi'))).toBe('the record was cut off by the end of the stream');
});

test('a record that is too long says that the connection is closed', () => {
	expect(badBecause(frame('Ping', 3))).toBe('the record is longer than 1 MiB: the connection is closed');
});

test('a good record that lost descriptors says so', () => {
	const reason = 'more descriptors came along than can be taken: they were closed';
	expect(badBecause(frame('Ping\n', undefined, [lostDescriptor]))).toBe(reason);
});
