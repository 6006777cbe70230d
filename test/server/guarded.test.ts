import { expect, test } from 'vitest';
import { guarded, mistake } from '../../src/server/guarded.ts';

test('what goes well is handed on, and nothing is told', () => {
	const faults: unknown[] = [];
	expect(
		guarded(
			() => 7,
			(fault) => faults.push(fault),
		),
	).toBe(7);
	expect(faults).toEqual([]);
});

test('a mistake is told and becomes a refusal', () => {
	const faults: unknown[] = [];
	const fault = new Error('on purpose');
	const act = () => {
		throw fault;
	};
	expect(guarded(act, (it) => faults.push(it))).toEqual({ refused: 'archon made a mistake: on purpose' });
	expect(faults).toEqual([fault]);
});

test('whatever was thrown can be told', () => {
	expect(mistake('a word', () => {})).toEqual({ refused: 'archon made a mistake: a word' });
	expect(mistake(undefined, () => {})).toEqual({ refused: 'archon made a mistake: undefined' });
});
