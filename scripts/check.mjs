// Everything that is not a test, all at once: one line for each tool, and what it said when it found something.
import { performance } from 'node:perf_hooks';
import { cSources } from './c-sources.mjs';
import { missingForCheck, stopIfMissing } from './need.mjs';
import { pinnedNode } from './root.mjs';
import { capture } from './run.mjs';

const module_ = (path, ...args) => [pinnedNode(), [`node_modules/${path}`, ...args]];

const tools = {
	tsc: module_('typescript/bin/tsc', '--noEmit'),
	biome: module_(
		'@biomejs/biome/bin/biome',
		'ci',
		'--colors=off',
		'--error-on-warnings',
		'--max-diagnostics=20',
		'.',
	),
	layers: module_('dependency-cruiser/bin/dependency-cruiser.mjs', '--output-type', 'err-long', 'src'),
	knip: module_('knip/bin/knip.js', '--no-progress', '--treat-config-hints-as-errors'),
	twins: [pinnedNode(), ['scripts/twins.mjs']],
	keeper: [pinnedNode(), ['scripts/check-keeper.mjs']],
	lengths: [pinnedNode(), ['scripts/check-lengths.mjs']],
	docs: [pinnedNode(), ['scripts/docs.ts', '--check']],
	freebsd: [pinnedNode(), ['scripts/check-freebsd.mjs']],
	'clang-format': ['clang-format', ['--dry-run', '-Werror', ...cSources()]],
};

stopIfMissing(missingForCheck());
const results = await Promise.all(Object.entries(tools).map(check));
process.exitCode = results.every((sound) => sound) ? 0 : 1;

async function check([name, [program, args]]) {
	const start = performance.now();
	const { code, text } = await capture(program, args);
	const seconds = ((performance.now() - start) / 1000).toFixed(1);
	console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
	if (code !== 0) console.log(text.trimEnd());
	return code === 0;
}
