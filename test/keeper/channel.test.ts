import { describe, expect, it } from 'vitest';
import { Channel } from '../../src/keeper/channel.ts';
import { silent } from './silent.ts';

/** The keeper's end: what was sent, each with its descriptors; `result` is what sendmsg says. */
function keeper(result = 0) {
	const sent: [string, number, number][] = [];
	const channel = new Channel({
		...silent,
		channelSend(text, first, second) {
			sent.push([text, first, second]);
			return result;
		},
	});
	return { sent, channel };
}

describe('the channel to the keeper', () => {
	it('has replies sent on a connection', () => {
		const { sent, channel } = keeper();
		channel.reply(3, 'Error,"a, b"\n');
		expect(sent.map(([text]) => text)).toEqual(['Reply,c3,Error,"a, b"\n']);
	});

	it('tells when the keeper is gone, and of nothing else that fails', () => {
		const told: number[] = [];
		for (const result of [-32, -11, -104, -90]) {
			const channel = new Channel({ ...silent, channelSend: () => result }, () => told.push(result));
			expect(() => channel.hello()).toThrow(`errno ${-result}`);
		}
		expect(told).toEqual([-32, -104]);
	});

	it('tells it also when that is the answer to a question', () => {
		for (const [answer, times] of [
			[-32, 2],
			[-104, 2],
			[-2, 0],
		] as const) {
			let told = 0;
			const native = { ...silent, channelTake: () => answer, channelTakeAll: () => [3, answer] };
			const channel = new Channel(native, () => told++, expect.unreachable);
			expect([channel.ask('Take,k1'), channel.askAll(['Take,c1', 'Take,c2'])]).toEqual([answer, [3, answer]]);
			expect(told).toBe(times);
		}
	});

	it('tells when the keeper does not answer, and of nothing else', () => {
		for (const [answer, times] of [
			[-110, 2],
			[-2, 0],
			[7, 0],
		] as const) {
			let told = 0;
			const native = { ...silent, channelTake: () => answer, channelTakeAll: () => [3, answer] };
			const channel = new Channel(native, expect.unreachable, () => told++);
			expect([channel.ask('Take,k1'), channel.askAll(['Take,c1', 'Take,c2'])]).toEqual([answer, [3, answer]]);
			expect(told).toBe(times);
		}
	});

	it('says hello and goodbye without descriptors', () => {
		const { sent, channel } = keeper();
		channel.hello();
		channel.quit();
		expect(sent).toEqual([
			['Hello', -1, -1],
			['Quit', -1, -1],
		]);
	});

	it('says with what archond is to exit, where that is not 0', () => {
		const { sent, channel } = keeper();
		channel.quit(1);
		channel.quit(143);
		expect(sent.map(([text]) => text)).toEqual(['Quit,1', 'Quit,143']);
	});

	it('has threads of the daemon watched', () => {
		const { sent, channel } = keeper();
		channel.threads(5);
		channel.threads(5, 6);
		expect(sent).toEqual([
			['Threads', 5, -1],
			['Threads', 5, 6],
		]);
	});

	it('says how everything is to end', () => {
		const { sent, channel } = keeper();
		channel.end('power-off');
		channel.end('exit');
		channel.end('exit', 127);
		expect(sent).toEqual([
			['End,power-off', -1, -1],
			['End,exit', -1, -1],
			['End,exit,127', -1, -1],
		]);
	});

	it('stores a connection under its number with its one descriptor, and drops it', () => {
		const { sent, channel } = keeper();
		channel.storeConnection(16_383, 70);
		channel.dropConnection(16_383);
		expect(sent).toEqual([
			['Store,c16383', 70, -1],
			['Drop,c16383', -1, -1],
		]);
	});

	it('stores both read ends of a log, and drops them', () => {
		const { sent, channel } = keeper();
		channel.storeLog(0, 71, 72);
		channel.dropLog(0);
		expect(sent).toEqual([
			['Store,l0', 71, 72],
			['Drop,l0', -1, -1],
		]);
	});

	it('throws what the system says when the keeper is gone', () => {
		const { channel } = keeper(-32);
		expect(() => channel.hello()).toThrow('the keeper does not take "Hello": errno 32');
		expect(() => channel.storeLog(3, 71, 72)).toThrow('the keeper does not take "Store,l3": errno 32');
	});
});
