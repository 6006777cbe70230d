// Makes the JavaScript that ships: dist/main.cjs is the daemon, dist/lua.cjs the thread of its rules; dist/daemon.cjs and
// dist/rules.cjs have them compiled ahead of time. dist/rules-test.cjs is what `archonctl rules test` starts, dist/client.js what
// other programs import.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rehearse } from './rehearse.mjs';
import { pinnedNode, placeOf, root } from './root.mjs';

/** What the bundle is made of (see stamp.mjs). */
export const bundled = {
	inputs: ['src', 'package.json', 'package-lock.json', 'scripts/bundle.mjs', 'scripts/rehearse.mjs'],
	outputs: ['client.js', 'daemon.cjs', 'lua.cjs', 'main.cjs', 'rules-test.cjs', 'rules.cjs'].map(
		(name) => `dist/${name}`,
	),
	stamp: 'dist/.stamp',
};

const common = { absWorkingDir: root, outdir: 'dist', bundle: true, platform: 'node', logLevel: 'warning' };

/** The daemon is CommonJS, because it starts faster than modules; the addon stays outside and is found from __dirname. */
export async function bundle() {
	const { build } = await import('esbuild');
	await build({
		...common,
		entryPoints: {
			main: 'src/main.ts',
			lua: 'src/rules/lua/main.ts',
			'rules-test': 'src/cli/rules-test.ts',
		},
		outExtension: { '.js': '.cjs' },
		minify: true,
		format: 'cjs',
		target: 'node24',
		define: { 'import.meta.dirname': '__dirname' },
		// What is run by the loader below has require alone.
		supported: { 'dynamic-import': false },
		plugins: [onlyLua],
	});
	await build({
		...common,
		entryPoints: { client: 'src/client/archon.ts' },
		format: 'esm',
		target: 'node20',
	});
	wrap(join(root, 'dist/main.cjs'));
	writeFileSync(join(root, 'dist/daemon.cjs'), loader);
	writeFileSync(join(root, 'dist/rules.cjs'), rulesLoader);
	rmSync(join(root, 'dist/cache'), { recursive: true, force: true });
	spawnSync(pinnedNode(), ['-e', startRules], { cwd: root });
	await rehearse(loader + whenOver);
}

/**
 * Of fengari the language alone. Its string library asks for all libraries at once, for the sake of one assertion, and with them
 * for whatever reads files and runs programs; its loader asks for `fs`. None of that is to be had, not even by a mistake of ours.
 */
const onlyLua = {
	name: 'only-lua',
	setup({ onLoad, onResolve }) {
		const within = /[\\/]fengari[\\/]src[\\/]/;
		// Its modules do have an effect: which of them is asked for first.
		onResolve({ filter: /^fengari\// }, ({ path }) => ({
			path: placeOf(path),
			sideEffects: true,
		}));
		onLoad({ filter: /[\\/]fengari[\\/]src[\\/]lualib\.js$/ }, () => ({
			contents: `exports.lua_assert = (c) => { if (!c) throw Error('assertion failed'); };`,
		}));
		onResolve({ filter: /^(fs|os)$/ }, ({ path, importer }) =>
			within.test(importer) ? { path, namespace: 'nothing' } : undefined,
		);
		onLoad({ filter: /./, namespace: 'nothing' }, () => ({ contents: `exports.platform = () => '';` }));
	},
};

/** What is compiled is kept in dist/cache, by version of Node; where nothing is kept it is compiled at each start. */
const rulesLoader = `require('node:module').enableCompileCache?.(__dirname + '/cache');\nrequire('./lua.cjs');\n`;

/** Ends once the thread of the rules says that it is there. */
const startRules = `
const { Worker } = require('node:worker_threads');
const thread = new Worker('./dist/rules.cjs', { workerData: { progress: new Int32Array(1) } });
thread.once('message', () => thread.terminate());
`;

/** What the loader runs is the function that Node makes of a module, ready in the file: to put it together took a start 1 ms. */
function wrap(path) {
	writeFileSync(
		path,
		`(function (exports, require, module, __filename, __dirname) {${readFileSync(path, 'latin1')}\n})`,
	);
}

/**
 * Node's own cache has what is compiled when a file is loaded, so each function is compiled anew when it is first called.
 * This one is written by a daemon that has lived (rehearse.mjs), and V8 takes it only where version and options are the
 * same. Its name says of which file it is: V8 compares no more than the length.
 */
const loader = `
const { readFileSync, statSync } = require('node:fs');
const { Script } = require('node:vm');
const path = __dirname + '/main.cjs';
const { size, mtimeMs } = statSync(path);
const cache = __dirname + '/cache/main-' + size + '-' + mtimeMs;
let cachedData;
try {
	cachedData = readFileSync(cache);
} catch {}
const script = new Script(readFileSync(path, 'latin1'), { filename: path, cachedData });
const main = { exports: {} };
script.runInThisContext()(main.exports, require, main, path, __dirname);
`;

/** What a rehearsal has on top. The options of V8 are to be those of a start again: by these it knows what is its own. */
const whenOver = `
const { mkdirSync, writeFileSync } = require('node:fs');
process.on('exit', () => {
	require('node:v8').setFlagsFromString('--flush-bytecode');
	mkdirSync(__dirname + '/cache', { recursive: true });
	writeFileSync(cache, script.createCachedData());
});
`;
