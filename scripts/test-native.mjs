// Runs the C tests: each file of native/test is a program under AddressSanitizer and UBSan, prints
// `ok - sentence` or `not ok - sentence` for each thing it looked at (`ok - sentence # SKIP why`
// where this machine cannot tell), and exits with 1 when one was not ok.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildNativeTests } from './native.mjs';
import { root } from './root.mjs';
import { captureFor } from './run.mjs';
import { tallyNative } from './tally.mjs';

/** Only what hangs takes so long: that of keeper_faults is minutes on a machine that is busy. */
const limit = 1_200_000;
const sanitizers = {
	ASAN_OPTIONS: 'detect_stack_use_after_return=1',
	UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
};

/** Builds and runs the C tests whose name holds one of the words (all when there is none): a tally for each. */
export async function testNative(words) {
	const folder = await buildNativeTests();
	const tallies = [];
	for (const name of testNames()) {
		if (words.length > 0 && !words.some((word) => `native/test/${name}.c`.includes(word))) continue;
		const { code, text } = await runTest(join(folder, name));
		const tally = tallyNative(text, code);
		tallies.push(tally);
		if (tally.failed === 0) console.log(` ✓ native/test/${name}.c (${tally.passed} tests)`);
		else console.log(` ✗ native/test/${name}.c ended with ${code}\n${text}`);
	}
	return tallies;
}

function testNames() {
	const files = readdirSync(join(root, 'native/test')).filter((file) => file.endsWith('.c'));
	return files.map((file) => file.slice(0, -'.c'.length)).sort();
}

function runTest(path) {
	return captureFor(limit, path, [], { cwd: '/', env: { ...process.env, ...sanitizers } });
}
