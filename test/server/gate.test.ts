import { expect, test } from 'vitest';
import { type Refusal, refuse } from '../../src/base/refusal.ts';
import type { Context } from '../../src/requests/context.ts';
import { requests } from '../../src/requests/index.ts';
import { type Answer, ok, request } from '../../src/requests/request.ts';
import { Dispatch } from '../../src/server/dispatch.ts';
import { Gate, type GatePorts } from '../../src/server/gate.ts';

const taking = request({
	name: 'Take',
	summary: 'Take a descriptor.',
	needs: 'operate',
	args: {},
	fds: [1],
	handle: (_, { fds }) => (fds.splice(0).length === 1 ? ok : refuse('none came')),
});
const leaving = request({
	name: 'Leave',
	summary: 'Leave it.',
	needs: 'operate',
	args: {},
	fds: [1],
	handle: () => ok,
});
let begun: ((late?: Refusal) => void) | undefined;
const keeping = request({
	name: 'Keep',
	summary: 'Reply later.',
	needs: 'operate',
	args: {},
	handle: (): Answer => ({
		tag: 'kept',
		begin(_, done, taken) {
			begun = done;
			taken();
			return undefined;
		},
		cancel: () => undefined,
	}),
});

function gate(watch: Partial<GatePorts['watch']>) {
	const closed: number[] = [];
	const handled: string[] = [];
	let settled = 0;
	const made = new Gate({
		native: { closeLater: (fds) => closed.push(...fds) },
		dispatch: new Dispatch([...requests, taking, leaving, keeping]),
		watch: {
			isIdle: false,
			received: () => undefined,
			handled: ({ request: name, target, uid }, _took, refused) =>
				void handled.push([name, target ?? '-', uid, refused?.refused ?? 'ok'].join(' ')),
			...watch,
		},
		settle: () => {
			settled++;
		},
		onFault: () => undefined,
	});
	const context = (fds: number[] = []) => ({ fds, peer: { uid: 5 } }) as unknown as Context;
	const say = (fields: string[], on = context()) => made.handle(made.find(fields[0] ?? ''), fields, on);
	return { say, context, closed, handled, settled: () => settled };
}

test('A request that nobody asks about is answered at once.', () => {
	const { say, handled, settled } = gate({});
	expect(say(['Ping'])).toEqual({ tag: 'ok' });
	expect(say(['Nosuch'])).toMatchObject({ refused: expect.stringContaining('unknown request') });
	expect([handled, settled()]).toEqual([['Ping - 5 ok'], 0]);
});

test('While nobody wants to know of requests nobody is told who asks.', () => {
	const { say, handled } = gate({ isIdle: true });
	const blind = {
		fds: [],
		get peer(): never {
			throw new Error('asked');
		},
	} as unknown as Context;
	expect(say(['Ping'], blind)).toEqual({ tag: 'ok' });
	expect(handled).toEqual([]);
});

test('One that is refused is not carried out, and the reason is the answer.', async () => {
	const seen: unknown[] = [];
	const received = (about: unknown) => {
		seen.push(about);
		return Promise.resolve(refuse('not now'));
	};
	const { say, context, closed, handled } = gate({ received });
	expect(await say(['Stop', 'db'])).toEqual(refuse('not now'));
	expect(await say(['Take'], context([9]))).toEqual(refuse('not now'));
	expect(seen).toEqual([
		{ request: 'Stop', target: 'db', uid: 5, changes: true },
		{ request: 'Take', target: undefined, uid: 5, changes: true },
	]);
	expect([closed, handled]).toEqual([[9], ['Stop db 5 not now', 'Take - 5 not now']]);
});

test('One that is allowed is carried out with its descriptors; what it leaves of them is closed.', async () => {
	const { say, context, closed, settled } = gate({ received: () => Promise.resolve(undefined) });
	const fds = [9];
	const answer = say(['Take'], context(fds));
	expect(fds).toEqual([]);
	expect(await answer).toEqual({ tag: 'ok' });
	expect([closed, settled()]).toEqual([[], 1]);
	await say(['Leave'], context([8]));
	await say(['Ping'], context([7]));
	expect(closed).toEqual([8, 7]);
});

test('What goes wrong in asking is a refusal.', async () => {
	const { say, closed, context } = gate({ received: () => Promise.reject(new Error('x')) });
	expect(await say(['Take'], context([6]))).toEqual(refuse('archon made a mistake: x'));
	expect(closed).toEqual([6]);
});

test('What the keeper answers is handled when it has.', () => {
	const { say, handled } = gate({});
	const answer = say(['Keep']) as Extract<Answer, { tag: 'kept' }>;
	const late: unknown[] = [];
	const tell = (refused?: Refusal) => late.push(refused);
	answer.begin(1, tell, () => late.push('taken'));
	expect([handled, late.splice(0)]).toEqual([[], ['taken']]);
	begun?.(refuse('step'));
	expect([handled, late]).toEqual([['Keep - 5 step'], [refuse('step')]]);
});
