import { describe, expect, it } from 'vitest';
import { fresh } from '../../src/process/moves.ts';
import type { State } from '../../src/process/state.ts';
import type { Entry } from '../../src/supervisor/entry.ts';
import { reaches, Waits } from '../../src/supervisor/waits.ts';
import { entryIn } from './entries.ts';

const entry = (state: State): Entry => entryIn(state);

const running: State = { tag: 'running', since: 0 };

describe('waiting for a state', () => {
	it('is done at once when it is in that state', async () => {
		expect(await new Waits().until(entry(running), reaches('running'))).toBe('done');
	});

	it('is done by the change that brings it there', async () => {
		const waits = new Waits();
		const web = entry(running);
		const waited = waits.until(web, reaches('stopped'));
		web.life = { state: { tag: 'stopped' }, history: fresh };
		waits.changed(web);
		expect(await waited).toBe('done');
	});

	it('is refused when nothing of its own will ever bring it there', async () => {
		expect(await new Waits().until(entry({ tag: 'stopped' }), reaches('running'))).toMatchObject({
			refused: '"web" is stopped: it will not become running by itself',
		});
	});

	it('goes on for one that gave up and will be tried again', async () => {
		const waits = new Waits();
		const web = entry({ tag: 'failed', why: { tag: 'limit', failures: 5, within: 10_000 } });
		const waited = waits.until(web, reaches('running'));
		web.life = { state: running, history: fresh };
		waits.changed(web);
		expect(await waited).toBe('done');
	});

	it('is refused when its time is up', async () => {
		expect(await new Waits().until(entry(running), reaches('stopped'), 1)).toEqual({
			refused: '"web" is still running after 1ms',
		});
	});

	it('is refused when the process is forgotten', async () => {
		const waits = new Waits();
		const web = entry(running);
		const waited = waits.until(web, reaches('stopped'));
		waits.gone(web);
		expect(await waited).toMatchObject({ refused: '"web" has ended (-) and is gone' });
	});
});
