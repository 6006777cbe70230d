import { expect, test } from 'vitest';
import type { Action } from '../../src/config/diff.ts';
import type { State } from '../../src/process/state.ts';
import { asItIs, behind, isUp } from '../../src/supervisor/plan-rows.ts';
import { entryIn, mainOf, running } from './entries.ts';

const row = (action: Action['action'], detail = '', kind: Action['kind'] = 'service'): Action => ({
	...{ action, kind, name: 'web', detail },
	keys: [],
});
const stopped: State = { tag: 'stopped' };
const up = entryIn(running, { process: mainOf(7) });

test('only what is up is restarted', () => {
	expect(asItIs(row('restart'), [entryIn(stopped), up]).action).toBe('restart');
	expect(asItIs(row('restart'), [entryIn(stopped)]).action).toBe('change');
	expect(asItIs(row('restart', '', 'group'), []).action).toBe('restart');
});

test('what was removed returns', () => {
	expect(asItIs(row('keep'), [])).toMatchObject({ action: 'start', detail: 'was removed' });
	expect(asItIs(row('keep'), [entryIn(stopped)]).action).toBe('keep');
	expect(asItIs(row('keep', '', 'group'), []).action).toBe('keep');
});

test('what is about to have a process is up, unless it was asked to stop', () => {
	const stopping = { tag: 'stopping', main: true, since: 0 } as const;
	const all = (['stop', 'start'] as const).map((afterwards) => ({ ...stopping, afterwards }) as State);
	expect(all.map((state) => isUp(entryIn(state, { process: mainOf(7) })))).toEqual([false, true]);
	const starting: State = { tag: 'starting', first: true, spawned: false, since: 0 };
	expect([isUp(up), isUp(entryIn(starting)), isUp(entryIn(stopped))]).toEqual([true, true, false]);
});

test('what requires something that is restarted is restarted with it, and says why', () => {
	const why = new Map([[up, 'requires db']]);
	expect(behind(row('keep'), [up], why)).toMatchObject({ action: 'restart', detail: 'requires db' });
	expect(behind(row('change', 'nice changed'), [up], why).detail).toBe('nice changed, requires db');
	expect(behind(row('stop'), [up], why).action).toBe('stop');
	expect(behind(row('keep'), [entryIn(running)], why).action).toBe('keep');
});
