import { expect, test } from 'vitest';
import { refuse } from '../../src/base/refusal.ts';
import type { Context } from '../../src/requests/context.ts';
import { type Answer, ok, type Request } from '../../src/requests/request.ts';
import { Carrying } from '../../src/server/carrying.ts';
import type { Holding } from '../../src/server/holding.ts';
import type { Waiting } from '../../src/server/replies.ts';

const context = {} as Context;

/** Carries for connection 5; what the keeper is asked to send, and what else happens. */
function carrying(answer: () => Answer | Promise<Answer>) {
	const seen: string[] = [];
	const waiting: Waiting[] = [];
	const answers: string[] = [];
	const holding = { conn: 5, handedOn: () => seen.push('handed on') } as unknown as Holding;
	const ports = {
		dispatch: { handle: answer },
		replies: {
			send: (_: number, it: Waiting) => {
				seen.push(it.text.trimEnd());
				waiting.push(it);
			},
			again: () => seen.push('again'),
			forget: () => seen.push('forget'),
		},
		exchange: (request: number) => seen.push(`exchange for ${request}`),
		answered: () => answers.push('answered'),
		onFault: () => seen.push('fault'),
	};
	const made = new Carrying(ports, holding, {
		wantsRoom: () => seen.push('wants room'),
		loosely: (_, answer) => seen.push(`loosely ${'tag' in answer ? answer.tag : answer.refused}`),
	});
	const asked = { fields: ['Stop', 'a'], request: { resume: answer, columns: ['n'] } as unknown as Request };
	return { made, asked, waiting, answers, over: () => seen.push('over'), seen: () => seen.splice(0) };
}

test('each answer is a reply of the keeper; it is over when that is out', async () => {
	for (const [answer, text] of [
		[() => ok, 'Ok'],
		[() => refuse('no'), 'Error,no'],
		[() => Promise.resolve(ok), 'Ok'],
		[() => Promise.reject(new Error('oops')), 'Error,archon made a mistake: oops'],
	] as const) {
		const { made, asked, waiting, answers, over, seen } = carrying(answer);
		made.begin(asked, context, over);
		await new Promise(setImmediate);
		expect(answers).toEqual(['answered']);
		expect(seen().filter((it) => it !== 'fault')).toEqual([text]);
		waiting[0]?.sent();
		expect(seen()).toEqual(['over']);
	}
});

test('a record that is none is answered, too', () => {
	const { made, over, seen } = carrying(() => expect.unreachable());
	made.begin({ fields: refuse('no record'), request: undefined }, context, over);
	expect(seen()).toEqual(['Error,no record']);
});

test('what the keeper answers by itself is over when it says so, or with what is to be told instead', () => {
	const dones: ((refused?: { refused: string }) => void)[] = [];
	const takens: (() => void)[] = [];
	const answer: Answer = {
		tag: 'kept',
		begin(_, done, taken) {
			dones.push(done);
			takens.push(taken);
			return undefined;
		},
		cancel() {},
	};
	const { made, asked, over, seen } = carrying(() => answer);
	made.begin(asked, context, over);
	expect(seen()).toEqual([]);
	takens[0]?.();
	expect(seen()).toEqual(['handed on']);
	dones[0]?.();
	takens[0]?.();
	expect(seen()).toEqual(['over']);
	dones[0]?.(refuse('it did not start'));
	expect(seen()).toEqual(['Error,it did not start']);
});

test('what another daemon is to answer is left in flight, also where the client is gone', () => {
	const { made, asked, over, seen } = carrying(() => ({ tag: 'next', request: 7 }));
	made.begin(asked, context, over);
	expect(seen()).toEqual(['exchange for 7']);
	made.end();
	made.begin(asked, context, over);
	expect(seen()).toEqual(['forget', 'exchange for 7']);
});

test('what could not be begun is told', () => {
	const answer: Answer = { tag: 'kept', begin: () => refuse('no place'), cancel: () => {} };
	const { made, asked, over, seen } = carrying(() => answer);
	made.begin(asked, context, over);
	expect(seen()).toEqual(['Error,no place']);
});

test('one that a daemon had begun is resumed; one that had no effect is not', () => {
	const had = carrying(() => ok);
	expect(had.made.resume(had.asked, context, had.over)).toBe(true);
	expect(had.seen()).toEqual(['Ok']);
	const hadNot = carrying(() => undefined as unknown as Answer);
	expect(hadNot.made.resume(hadNot.asked, context, hadNot.over)).toBe(false);
	expect(hadNot.made.resume(undefined, context, hadNot.over)).toBe(false);
	expect(hadNot.made.resume({ fields: refuse('bad'), request: undefined }, context, hadNot.over)).toBe(false);
	expect(hadNot.seen()).toEqual([]);
});

test('a reply that finds no room waits for some', () => {
	const { made, asked, waiting, over, seen } = carrying(() => ok);
	made.begin(asked, context, over);
	made.writable();
	waiting[0]?.full();
	made.writable();
	made.writable();
	expect(seen()).toEqual(['Ok', 'wants room', 'again']);
});

test('nothing is replied on a connection that is gone, whose number may be somebody else’s', async () => {
	let cancelled = 0;
	const kept: Answer = { tag: 'kept', begin: () => expect.unreachable(), cancel: () => void cancelled++ };
	for (const answer of [ok, kept]) {
		const { made, asked, over, seen } = carrying(() => Promise.resolve(answer));
		made.begin(asked, context, over);
		made.end();
		await new Promise(setImmediate);
		expect(seen()).toEqual(['forget']);
	}
	expect(cancelled).toBe(1);
});

test('one that is not to be carried out again is refused, and answered once', () => {
	const { made, waiting, over, seen } = carrying(() => expect.unreachable());
	made.refuse('no more', over);
	expect(seen()).toEqual(['Error,no more']);
	waiting[0]?.sent();
	expect(seen()).toEqual(['over']);
});

test('rows are one reply where they are short enough; the session gives all else', () => {
	const long = [`${'x'.repeat(40_000)}\n`];
	for (const [answer, text] of [
		[{ tag: 'rows', lines: ['Row,1\n'] }, 'Columns,n\nRow,1\nOk'],
		[{ tag: 'rows', lines: breaking() }, 'Error,archon made a mistake: oops'],
		[{ tag: 'rows', lines: long }, 'loosely rows'],
		[{ tag: 'passed', fd: 3, sent: () => {} }, 'loosely passed'],
	] as const) {
		const { made, asked, over, seen } = carrying(() => answer);
		made.begin(asked, context, over);
		expect(seen().filter((it) => it !== 'fault')).toEqual([text]);
	}
});

function* breaking(): Generator<string> {
	yield 'Row,1\n';
	throw new Error('oops');
}
