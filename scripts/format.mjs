// Writes every file as biome and clang-format want it, and mends what biome can mend safely.
import { cSources } from './c-sources.mjs';
import { missingForCheck, stopIfMissing } from './need.mjs';
import { pinnedNode } from './root.mjs';
import { visibly } from './run.mjs';

stopIfMissing(missingForCheck());
const codes = [
	await visibly(pinnedNode(), ['node_modules/@biomejs/biome/bin/biome', 'check', '--write', '.']),
	await visibly('clang-format', ['-i', ...cSources()]),
];
process.exitCode = Math.max(...codes);
