// How much of src/ the tests reach: a table here, and pages in coverage/.
import { pinnedNode } from './root.mjs';
import { visibly } from './run.mjs';

const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--coverage', ...process.argv.slice(2)];
process.exitCode = await visibly(pinnedNode(), vitest);
