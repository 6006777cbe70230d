import { expect, test } from 'vitest';
import { Replies } from '../../src/server/replies.ts';

function replies() {
	const seen: string[] = [];
	const [inFlight, full] = [new Set<number>(), new Set<number>()];
	const made = new Replies({
		channel: { reply: (conn, text) => seen.push(`${conn} ${text}`) },
		connections: {
			inFlight: (conn) => (inFlight.has(conn) ? 1 : undefined),
			wasFull: (conn) => full.delete(conn),
		},
		flush: () => seen.push('flush'),
	});
	const send = (conn: number, text = 'Ok\n') => {
		inFlight.add(conn);
		made.send(conn, { text, sent: () => seen.push(`sent ${conn}`), full: () => seen.push(`full ${conn}`) });
	};
	return { replies: made, send, inFlight, full, seen: () => seen.splice(0) };
}

test('what a reply tells of is written down first, and who waits hears when the keeper has sent it', () => {
	const { replies: made, send, inFlight, seen } = replies();
	send(3);
	send(4, 'Error,x\n');
	made.settle();
	expect(seen()).toEqual(['flush', '3 Ok\n', 'flush', '4 Error,x\n']);
	inFlight.delete(4);
	made.settle();
	made.settle();
	expect(seen()).toEqual(['sent 4']);
});

test('one that found no room is tried again when there may be some', () => {
	const { replies: made, send, inFlight, full, seen } = replies();
	send(3);
	seen();
	full.add(3);
	made.settle();
	made.settle();
	made.again(3);
	expect(seen()).toEqual(['full 3', '3 Ok\n']);
	inFlight.clear();
	made.settle();
	made.again(3);
	expect(seen()).toEqual(['sent 3']);
});

test('of a connection that is gone nobody hears', () => {
	const { replies: made, send, inFlight, seen } = replies();
	send(3);
	seen();
	made.forget(3);
	inFlight.clear();
	made.settle();
	made.again(3);
	expect(seen()).toEqual([]);
});
