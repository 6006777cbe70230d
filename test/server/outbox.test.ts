import { describe, expect, it } from 'vitest';
import { Outbox } from '../../src/server/outbox.ts';

/** A socket that takes `room` bytes and then says EAGAIN. */
function socket(room: number) {
	const it = {
		room,
		text: '',
		sendText(_fd: number, text: string): number {
			if (it.room < 0) {
				return -32;
			}
			if (it.room === 0) {
				return -11;
			}
			const taken = Math.min(it.room, text.length);
			it.room -= taken;
			it.text += text.slice(0, taken);
			return taken;
		},
	};
	return it;
}

describe('the outbox', () => {
	it('sends everything when there is room', () => {
		const to = socket(1 << 20);
		const outbox = new Outbox(
			to,
			3,
			() => {},
			() => {},
		);
		outbox.put('a'.repeat(200_000));
		expect(outbox.flush()).toBe(true);
		expect(to.text.length).toBe(200_000);
	});

	it('says once that it is full, keeps the rest, and sends it when there is room', () => {
		const to = socket(5);
		const said: boolean[] = [];
		const outbox = new Outbox(
			to,
			3,
			(isFull) => said.push(isFull),
			() => {},
		);
		outbox.put('0123456789');
		expect([outbox.flush(), outbox.flush(), outbox.isFull]).toEqual([false, false, true]);
		outbox.put('abc');
		to.room = 3;
		expect(outbox.resume()).toBe(false);
		to.room = 100;
		expect(outbox.resume()).toBe(true);
		expect([to.text, said, outbox.isFull]).toEqual(['0123456789abc', [true, false], false]);
	});

	it('calls back at once when all of it is out, else once, when the client has read it', () => {
		const to = socket(5);
		const outbox = new Outbox(
			to,
			3,
			() => {},
			() => {},
		);
		const said: string[] = [];
		outbox.whenSent(() => said.push('nothing to send'));
		outbox.put('0123456789');
		outbox.whenSent(() => said.push('all out'));
		expect(said).toEqual(['nothing to send']);
		to.room = 3;
		outbox.resume();
		expect(said).toEqual(['nothing to send']);
		to.room = 100;
		outbox.resume();
		expect(said).toEqual(['nothing to send', 'all out']);
		outbox.put('0123456789'.repeat(20));
		expect(outbox.flush()).toBe(false);
		to.room = 1000;
		expect([outbox.resume(), said.length]).toEqual([true, 2]);
	});

	it('has what was told written down before it sends it, and asks for nothing when there is nothing to send', () => {
		const to = socket(1 << 20);
		const said: string[] = [];
		const before = () => said.push(to.text);
		const outbox = new Outbox(to, 3, () => {}, before);
		outbox.flush();
		outbox.put('a');
		outbox.put('b');
		outbox.flush();
		expect([said, to.text]).toEqual([[''], 'ab']);
	});

	it('drops what nobody will read', () => {
		const outbox = new Outbox(
			socket(-1),
			3,
			() => {},
			() => {},
		);
		outbox.put('x');
		expect([outbox.flush(), outbox.isBroken, outbox.size]).toEqual([true, true, 0]);
		outbox.put('y');
		expect(outbox.size).toBe(0);
	});
});
