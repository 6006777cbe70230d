import { join } from 'node:path';
import { expect, test } from 'vitest';

type Tally = { passed: number; failed: number; skipped: number };
type Report = Record<'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numTodoTests', number> & {
	testResults: { status: string; assertionResults: { status: string }[] }[];
};
type Module = {
	tallyNative(text: string, code: number): Tally;
	tallyVitest(report: Report | undefined, code: number): Tally;
	sum(tallies: Tally[]): { line: string; good: boolean };
};
const path = join(import.meta.dirname, '../../scripts/tally.mjs');
const { tallyNative, tallyVitest, sum }: Module = await import(path);

test('a C test tells a line for each sentence', () => {
	const text = 'ok - a\nsome noise\nnot ok - b\nok - c # SKIP no such kernel\n';
	expect(tallyNative(text, 1)).toEqual({ passed: 1, failed: 1, skipped: 1 });
});

test('a C test that crashes behind its last sentence has failed', () => {
	expect(tallyNative('ok - a\n', 139)).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

test('a C test that tells nothing has failed', () => {
	expect(tallyNative('', 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('a C test that tells of a failure and exits with 0 counts it twice', () => {
	expect(tallyNative('not ok - a\n', 0)).toEqual({ passed: 0, failed: 2, skipped: 0 });
});

test('vitest without a report has failed', () => {
	expect(tallyVitest(undefined, 134)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('a test file that cannot be loaded has failed', () => {
	const found = report({ testResults: [{ status: 'failed', assertionResults: [] }] });
	expect(tallyVitest(found, 1)).toEqual({ passed: 3, failed: 1, skipped: 0 });
});

test('a test that failed counts once, its file does not', () => {
	const file = { status: 'failed', assertionResults: [{ status: 'failed' }] };
	expect(tallyVitest(report({ numFailedTests: 1, testResults: [file] }), 1).failed).toBe(1);
});

test('an error outside of any test has failed', () => {
	expect(tallyVitest(report({}), 1)).toEqual({ passed: 3, failed: 1, skipped: 0 });
});

test('one line closes over all runners', () => {
	const tallies = [
		{ passed: 2, failed: 0, skipped: 0 },
		{ passed: 1, failed: 0, skipped: 0 },
	];
	expect(sum(tallies)).toEqual({ line: '3 passed, 0 failed', good: true });
});

test('what was skipped is told, and one failure is enough', () => {
	expect(sum([{ passed: 2, failed: 1, skipped: 4 }])).toEqual({
		line: '2 passed, 1 failed, 4 skipped',
		good: false,
	});
});

test('no test at all is no success', () => {
	expect(sum([])).toEqual({ line: '0 passed, 0 failed', good: false });
});

function report(more: Partial<Report>): Report {
	return {
		numPassedTests: 3,
		numFailedTests: 0,
		numPendingTests: 0,
		numTodoTests: 0,
		testResults: [],
		...more,
	};
}
