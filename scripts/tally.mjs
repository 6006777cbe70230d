// How the results of all test runners become one line.

/**
 * What a C test that ended with `code` told in `text`: `ok - …`, `not ok - …` and `ok - … # SKIP why`, a line
 * each. One whose end does not match its lines (it crashed, it was stopped, it told nothing) has failed once more.
 */
export function tallyNative(text, code) {
	const lines = text.split('\n');
	const skipped = lines.filter((line) => /^ok - .* # SKIP\b/.test(line)).length;
	const passed = lines.filter((line) => line.startsWith('ok - ')).length - skipped;
	const failed = lines.filter((line) => line.startsWith('not ok - ')).length;
	const sound = code === (failed > 0 ? 1 : 0) && lines.some((line) => /^(not )?ok - /.test(line));
	return { passed, failed: failed + (sound ? 0 : 1), skipped };
}

/** What vitest's JSON report says, undefined when it left none, and `code`, with which vitest ended. */
export function tallyVitest(report, code) {
	if (report === undefined) return { passed: 0, failed: 1, skipped: 0 };
	const broken = report.testResults.filter(
		(file) => file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed'),
	);
	const failed = report.numFailedTests + broken.length;
	return {
		passed: report.numPassedTests,
		// Vitest also fails for what no test is to blame for: an error outside of any, a worker that crashed.
		failed: failed === 0 && code !== 0 ? 1 : failed,
		skipped: report.numPendingTests + report.numTodoTests,
	};
}

/** The closing line, and whether it is good: something ran and nothing failed. */
export function sum(tallies) {
	const [passed, failed, skipped] = ['passed', 'failed', 'skipped'].map((key) =>
		tallies.reduce((total, tally) => total + tally[key], 0),
	);
	const line = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
	return { line, good: passed > 0 && failed === 0 };
}
