// Runs every test there is, or those whose path holds one of the words given, and closes with one
// line over all runners: `N passed, N failed`, and `, N skipped` when there are any.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pinnedNode } from './root.mjs';
import { visibly } from './run.mjs';
import { sum, tallyVitest } from './tally.mjs';
import { testNative } from './test-native.mjs';

const words = process.argv.slice(2);
const { line, good } = sum([await testTypeScript(), ...(await testNative(words).catch(notBuilt))]);
process.exitCode = good ? 0 : 1;
console.log(line);

async function testTypeScript() {
	const folder = mkdtempSync(join(tmpdir(), 'archon-test-'));
	const report = join(folder, 'report.json');
	const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--passWithNoTests', ...words];
	const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
	const code = await visibly(pinnedNode(), [...vitest, ...reporters]);
	const tally = tallyVitest(read(report), code);
	rmSync(folder, { recursive: true });
	return tally;
}

function read(report) {
	try {
		return JSON.parse(readFileSync(report, 'utf8'));
	} catch {
		console.error('vitest left no report');
		return undefined;
	}
}

function notBuilt(error) {
	console.error(error.message);
	return [{ passed: 0, failed: 1, skipped: 0 }];
}
