import { expect, test } from 'vitest';
import type { Need } from '../../src/supervisor/facts.ts';
import { needSentences } from '../../src/supervisor/why-waiting.ts';

function said(...needs: Need[]): string {
	return needSentences('web', needs).join('\n');
}

test('one that waits for a failed one says why that failed and what would help', () => {
	expect(said({ name: 'db', state: 'failed', reason: 'ended 5 times within 10s' })).toBe(
		[
			'web is waiting for db, which failed: ended 5 times within 10s.',
			'archonctl start db tries it now; archonctl logs db shows what it said.',
			'When db is ready, web starts by itself.',
		].join('\n'),
	);
});

test.each([
	['backoff', 'which is down: ended with exit:1', 'archonctl start db tries it now.'],
	['stopped', 'which was stopped by request', 'archonctl start db starts it.'],
	['exited', 'which has ended: ended with exit:1', 'archonctl start db starts it.'],
	['paused', 'which is frozen', 'archonctl resume db lets it go on.'],
	['waiting', 'which is itself waiting: ended with exit:1', 'archonctl why db says for what.'],
	['starting', 'which is not ready yet: ended with exit:1', undefined],
	['stopping', 'which is being stopped', undefined],
	['running', 'which has just become ready', undefined],
] as const)('of one that is %s it says so, and where something helps, what', (state, what, help) => {
	const sentences = needSentences('web', [{ name: 'db', state, reason: 'ended with exit:1' }]);
	expect(sentences[0]).toBe(`web is waiting for db, ${what}.`);
	expect(sentences.slice(1, -1)).toEqual(help === undefined ? [] : [help]);
});

test('of several each is named', () => {
	const needs = [
		{ name: 'db', state: 'starting', reason: '' },
		{ name: 'cache', state: 'stopped', reason: '' },
	] as const;
	expect(said(...needs)).toBe(
		[
			'web is waiting for db, which is not ready yet.',
			'It is waiting for cache, which was stopped by request, too.',
			'archonctl start cache starts it.',
			'When all of them are ready, web starts by itself.',
		].join('\n'),
	);
});

test('of one that archon cannot start it says what can be done', () => {
	expect(said({ name: 'ext', state: 'exited', reason: '', unable: 'foreign' })).toBe(
		[
			'web is waiting for ext, which has ended.',
			'archon did not start ext: archonctl monitor-fd --pid PID --name ext watches another.',
			'When ext is ready, web starts by itself.',
		].join('\n'),
	);
	expect(said({ name: 'db', state: 'absent', reason: '' })).toBe(
		[
			'web is waiting for db, which is not there.',
			'archonctl reload brings db back if it is in the file.',
			'When db is ready, web starts by itself.',
		].join('\n'),
	);
});

test('without a need there is nothing to say', () => {
	expect(needSentences('web', [])).toEqual([]);
});
