import { expect, test } from 'vitest';
import { wrongTypeGlob } from '../../src/events/type-glob.ts';

test.each([
	'process.exited',
	'timer',
	'*',
	'process.*',
	'*.exited',
	'rule.?????',
	'pager.sent',
	'pager.*',
	'pager?.sent',
	'x*.*',
])('%s can be asked for.', (glob) => {
	expect(wrongTypeGlob(glob)).toBeUndefined();
});

test.each([
	['process.exit', 'known are process.starting, process.started,'],
	['oom.*x', 'known are oom.killed'],
	['timer.x', 'known are timer'],
	['*.exit', 'known are process.*, group.*'],
	['*x', 'known are process.*'],
	['[p]rocess.exit', 'known are process.*'],
	['pager', 'and word.word for what rules emit'],
	['pager.sent.', 'and word.word for what rules emit'],
	['?.x', 'and word.word for what rules emit'],
])('%s matches nothing that there can be.', (glob, known) => {
	expect(wrongTypeGlob(glob)).toMatch(`no event type matches "${glob}"; `);
	expect(wrongTypeGlob(glob)).toContain(known);
});
