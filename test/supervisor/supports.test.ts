import { expect, test } from 'vitest';
import type { State } from '../../src/process/state.ts';
import { Supports } from '../../src/supervisor/supports.ts';
import { entryIn, mainOf, running } from './entries.ts';

/** What runs with its third start, and how often it was lost. */
function upWith() {
	const lost: string[] = [];
	const supports = new Supports((entry) => lost.push(entry.life.state.tag));
	const entry = entryIn(running, { process: mainOf(7, { start: 3 }) });
	const become = (state: State) => {
		entry.life = { ...entry.life, state };
		supports.changed(entry);
	};
	supports.changed(entry);
	return { lost, supports, entry, become };
}

const stopped: State = { tag: 'stopped' };

test('what ends is lost, once', () => {
	const { lost, become } = upWith();
	become(running);
	expect(lost).toEqual([]);
	become(stopped);
	become(stopped);
	expect(lost).toEqual(['stopped']);
});

test('another start that runs is a loss of the one before, and holds up from then on', () => {
	const { lost, entry, become } = upWith();
	entry.process = mainOf(8, { start: 4 });
	become(running);
	become(running);
	expect(lost).toEqual(['running']);
	become(stopped);
	expect(lost).toEqual(['running', 'stopped']);
});

test('a process that is ready in the place of another is no loss', () => {
	const { lost, supports, entry, become } = upWith();
	entry.process = mainOf(8, { start: 4 });
	supports.replaced(entry);
	become(running);
	expect(lost).toEqual([]);
});

test('nothing is lost that is forgotten, or never held up anything', () => {
	const { lost, supports, entry, become } = upWith();
	supports.gone(entry);
	supports.replaced(entry);
	become(stopped);
	expect(lost).toEqual([]);
});
