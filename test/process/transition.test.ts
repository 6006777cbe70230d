import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstStart, fresh } from '../../src/process/moves.ts';
import type { Input, Life, Spec, State, Step } from '../../src/process/state.ts';
import { transition } from '../../src/process/transition.ts';
import { picture, plain } from './picture.ts';

const run: Spec = { ...plain, kind: 'run', restart: 'never' };
const foreign: Spec = { ...plain, kind: 'foreign', restart: 'never' };
const exit = (code: number, left = 0, at = 2000): Input => ({
	tag: 'exited',
	end: { tag: 'exit', code },
	left,
	at,
	chance: 0.5,
});

function lifeOf(step: Step): Life {
	if ('denied' in step) {
		throw new Error(`refused: ${step.denied}`);
	}
	return step.life;
}

function outcome(
	state: State,
	inputs: readonly Input[],
	spec: Spec = plain,
	held?: string,
): { tags: string[]; told: string[] } {
	let life: Life = { state, history: fresh };
	const tags: string[] = [];
	const told: string[] = [];
	for (const input of inputs) {
		const step = transition(life, input, spec, held);
		life = lifeOf(step);
		tags.push(life.state.tag);
		told.push(
			...('denied' in step ? [] : step.effects).flatMap((it) => (it.tag === 'emit' ? [it.type] : [])),
		);
	}
	return { tags, told };
}

describe('the life of a process', () => {
	it('is this table', () => {
		expect(picture()).toMatchSnapshot();
	});

	it('tells a start as starting, started, ready', () => {
		const first = firstStart(plain);
		const told = 'denied' in first ? [] : first.effects.flatMap((it) => (it.tag === 'emit' ? [it.type] : []));
		const later = outcome(lifeOf(first).state, [{ tag: 'spawned', at: 1 }]).told;
		expect([...told, ...later]).toEqual(['starting', 'started', 'ready']);
	});

	it('tells a stop as stopping, exited, stopped', () => {
		const seen = outcome({ tag: 'running', since: 0 }, [{ tag: 'stop', grace: 5000 }, exit(0)]);
		expect(seen.told).toEqual(['stopping', 'exited', 'stopped']);
		expect(seen.tags).toEqual(['stopping', 'stopped']);
	});

	it('tells a restart by request as stopping, exited, starting', () => {
		const seen = outcome({ tag: 'running', since: 0 }, [{ tag: 'restart' }, exit(0)]);
		expect(seen.told).toEqual(['stopping', 'exited', 'starting']);
	});

	it('does not decide what follows an end before the tree is gone', () => {
		const seen = outcome({ tag: 'running', since: 0 }, [exit(0, 2), { tag: 'swept', at: 2500, chance: 0.5 }]);
		expect(seen.tags).toEqual(['stopping', 'exited']);
	});

	it('restarts a failed process whose tree had to be ended first', () => {
		const seen = outcome({ tag: 'running', since: 0 }, [exit(3, 1), { tag: 'swept', at: 2500, chance: 0.5 }]);
		expect(seen.tags).toEqual(['stopping', 'backoff']);
	});

	it('kills what is left when its grace runs out', () => {
		const stopping = lifeOf(
			transition({ state: { tag: 'running', since: 0 }, history: fresh }, { tag: 'stop', grace: 100 }, plain),
		);
		const step = transition(stopping, { tag: 'timeout', at: 200 }, plain);
		expect('denied' in step ? [] : step.effects[1]).toEqual({ tag: 'signal', signal: 'kill' });
	});

	it('has its time set before it is signalled, for who has no process yet is given up within that', () => {
		const starting: State = { tag: 'starting', first: false, spawned: false, since: 0 };
		for (const input of [{ tag: 'stop', grace: 0 }, { tag: 'restart' }, { tag: 'hold' }] as const) {
			const step = transition({ state: starting, history: fresh }, input, plain);
			const tags = 'denied' in step ? [] : step.effects.map((it) => it.tag);
			expect(tags).toEqual(['emit', 'arm', 'signal']);
		}
	});

	it('is killed at once by a stop with no grace', () => {
		const step = transition(
			{ state: { tag: 'running', since: 0 }, history: fresh },
			{ tag: 'stop', grace: 0 },
			plain,
		);
		expect('denied' in step ? [] : step.effects).toContainEqual({ tag: 'signal', signal: 'kill' });
	});

	it('is killed by a later stop with no grace, and so is what it leaves', () => {
		let life: Life = { state: { tag: 'running', since: 0 }, history: fresh };
		const signals: unknown[] = [];
		for (const input of [{ tag: 'stop', grace: 5000 }, { tag: 'stop', grace: 0 }, exit(0, 1)] as Input[]) {
			const step = transition(life, input, plain);
			life = lifeOf(step);
			signals.push(
				'denied' in step ? step : step.effects.find((it) => it.tag === 'signal' || it.tag === 'sweep'),
			);
		}
		expect(signals).toEqual([
			{ tag: 'signal', signal: 'stop' },
			{ tag: 'signal', signal: 'kill' },
			{ tag: 'sweep', signal: 'kill' },
		]);
	});

	it('can be stopped before its exec happened', () => {
		const seen = outcome({ tag: 'starting', first: true, spawned: false, since: 0 }, [
			{ tag: 'stop', grace: 100 },
			{ tag: 'broken', step: 'exec', text: 'killed', at: 2, chance: 0 },
		]);
		expect(seen.tags).toEqual(['stopping', 'stopped']);
	});

	it('lets the later of stop and start win', () => {
		const seen = outcome({ tag: 'running', since: 0 }, [
			{ tag: 'stop', grace: 100 },
			{ tag: 'start' },
			exit(0),
		]);
		expect(seen.tags).toEqual(['stopping', 'stopping', 'starting']);
	});

	it('never brings back what was stopped, whatever its policy', () => {
		const always: Spec = { ...plain, restart: 'always' };
		expect(outcome({ tag: 'running', since: 0 }, [{ tag: 'stop', grace: 1 }, exit(1)], always).tags[1]).toBe(
			'stopped',
		);
	});

	it('leaves a run that failed as failed and one that ended well as exited', () => {
		expect(outcome({ tag: 'running', since: 0 }, [exit(1)], run).tags).toEqual(['failed']);
		expect(outcome({ tag: 'running', since: 0 }, [exit(0)], run).tags).toEqual(['exited']);
	});

	it('never calls a foreign process failed, and never starts it', () => {
		expect(outcome({ tag: 'running', since: 0 }, [exit(9)], foreign).tags).toEqual(['exited']);
		expect(transition({ state: { tag: 'exited' }, history: fresh }, { tag: 'start' }, foreign)).toEqual({
			denied: 'foreign',
		});
	});

	it('waits instead of starting while it is held, and starts when it is released', () => {
		const gone = outcome({ tag: 'running', since: 0 }, [{ tag: 'hold' }, exit(0)], plain, 'db is failed');
		expect(gone.tags).toEqual(['stopping', 'waiting']);
		expect(gone.told).toEqual(['stopping', 'exited']);
		const waiting: State = { tag: 'waiting', why: 'db is failed' };
		expect(outcome(waiting, [{ tag: 'release' }], plain, 'db is starting').tags).toEqual(['waiting']);
		expect(outcome(waiting, [{ tag: 'release' }]).tags).toEqual(['starting']);
		const backoff: State = { tag: 'backoff', until: 9 };
		expect(outcome(backoff, [{ tag: 'timeout', at: 9 }], plain, 'db').tags).toEqual(['waiting']);
		expect(outcome(backoff, [{ tag: 'hold' }]).tags).toEqual(['backoff']); // nobody would release it
	});

	it('counts a return as an automatic start', () => {
		const life: Life = { state: { tag: 'running', since: 0 }, history: fresh };
		const held = lifeOf(transition(life, { tag: 'hold' }, plain));
		expect(lifeOf(transition(held, exit(0), plain, 'db is gone')).history.restarts).toBe(1);
	});

	it('is not ready before somebody says so, and fails when nobody does in time', () => {
		const told: Spec = { ...plain, ready: 'told', success: { codes: [0], signals: ['TERM'] } };
		const spawned: Input = { tag: 'spawned', at: 1 };
		const seen = outcome(lifeOf(firstStart(told)).state, [spawned, { tag: 'ready', at: 2 }], told);
		expect(seen.told).toEqual(['started', 'ready']);
		const end: Input = { ...exit(0), end: { tag: 'signal', signal: 'TERM' } } as Input;
		const late = outcome(lifeOf(firstStart(told)).state, [spawned, { tag: 'timeout', at: 3 }, end], told);
		expect(late.tags).toEqual(['starting', 'stopping', 'backoff']);
	});

	it('is a failure when its health ended it, whatever its exit code', () => {
		const seen = outcome({ tag: 'running', since: 0 }, [
			{ tag: 'degraded', why: 'no WATCHDOG=1', at: 5 },
			exit(0),
		]);
		expect(seen.tags).toEqual(['stopping', 'backoff']);
	});

	it('is as if starting while its readiness is taken back', () => {
		const seen = outcome({ tag: 'running', since: 100 }, [
			{ tag: 'withdrawn', at: 500 },
			{ tag: 'ready', at: 600 },
		]);
		expect(seen.tags).toEqual(['starting', 'running']);
		expect(seen.told).toEqual(['starting', 'ready']);
	});

	it('thaws what one leaves behind that is killed while it is paused', () => {
		const life: Life = { state: { tag: 'paused', since: 0, frozen: 0 }, history: fresh };
		const step = transition(life, exit(1, 2), plain);
		expect('denied' in step ? [] : step.effects[0]).toEqual({ tag: 'signal', signal: 'thaw' });
	});

	it('is ready as a oneshot when it has ended well', () => {
		const oneshot: Spec = { ...plain, ready: 'end', startTimeout: undefined };
		const seen = outcome(lifeOf(firstStart(oneshot)).state, [{ tag: 'spawned', at: 1 }, exit(0)], oneshot);
		expect(seen.tags).toEqual(['starting', 'exited']);
		expect(seen.told).toEqual(['started', 'exited']);
	});

	it('waits for its next time after a run that ended well', () => {
		const timed: Spec = { ...plain, timed: true };
		expect(outcome({ tag: 'running', since: 0 }, [exit(0), { tag: 'fire' }], timed).tags).toEqual([
			'waiting',
			'starting',
		]);
		expect(outcome({ tag: 'stopped' }, [{ tag: 'fire' }], timed).tags).toEqual(['stopped']);
	});

	it('knows both since when it runs and since when it is frozen', () => {
		const running: Life = { state: { tag: 'running', since: 2 }, history: fresh };
		const { state } = lifeOf(transition(running, { tag: 'pause', at: 5 }, plain));
		expect(state).toEqual({ tag: 'paused', since: 2, frozen: 5 });
	});

	it('is never left without a next state by any history a kernel can produce', () => {
		const asked = fc.constantFrom<Input>(
			{ tag: 'start' },
			{ tag: 'stop', grace: 100 },
			{ tag: 'stop', grace: 0 },
			{ tag: 'restart' },
			{ tag: 'pause', at: 5 },
			{ tag: 'resume' },
			{ tag: 'timeout', at: 5 },
			{ tag: 'hold' },
			{ tag: 'release' },
			{ tag: 'fire' },
			{ tag: 'withdrawn', at: 5 },
			{ tag: 'extend', ms: 5 },
			{ tag: 'degraded', why: '', at: 5 },
		);
		fc.assert(
			fc.property(fc.array(fc.oneof(asked, fc.constant('kernel' as const)), { maxLength: 60 }), (history) => {
				let life = lifeOf(firstStart(plain));
				let alive: 'no' | 'cloned' | 'executed' = 'cloned';
				let at = 1;
				for (const next of history) {
					at += 1000;
					const input: Input = next === 'kernel' ? observed(alive, at) : next;
					if (next === 'kernel') {
						alive = alive === 'cloned' ? 'executed' : 'no';
					}
					const step = transition(life, input, plain);
					if (!('denied' in step)) {
						life = step.life;
						alive = step.effects.some((it) => it.tag === 'spawn') ? 'cloned' : alive;
					}
				}
			}),
		);
	});
});

/** What the kernel may tell next of a process in that condition. */
function observed(alive: 'no' | 'cloned' | 'executed', at: number): Input {
	switch (alive) {
		case 'no':
			return { tag: 'swept', at, chance: 0.5 };
		case 'cloned':
			return { tag: 'spawned', at };
		case 'executed':
			return exit(1, 0, at);
	}
}
