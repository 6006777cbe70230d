// Makes the JavaScript that ships: dist/main.cjs is the daemon, dist/lua.cjs the thread of its rules, dist/rules-test.cjs what
// `archonctl rules test` starts; dist/daemon.cjs and dist/rules.cjs have the first two compiled ahead of time.
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

/** What the bundle is made of (see stamp.mjs). */
export const bundled = {
	inputs: ['src', 'package.json', 'package-lock.json', 'scripts/bundle.mjs'],
	outputs: ['daemon', 'lua', 'main', 'rules', 'rules-test'].map((name) => `dist/${name}.cjs`),
	stamp: 'dist/.stamp',
};

/** CommonJS, because it starts faster than modules; the addon stays outside and is found from __dirname. */
export async function bundle() {
	const { build } = await import('esbuild');
	await build({
		absWorkingDir: root,
		entryPoints: { main: 'src/main.ts', lua: 'src/rules/lua/main.ts', 'rules-test': 'src/cli/rules-test.ts' },
		outdir: 'dist',
		outExtension: { '.js': '.cjs' },
		bundle: true,
		minify: true,
		platform: 'node',
		format: 'cjs',
		target: 'node24',
		define: { 'import.meta.dirname': '__dirname' },
		plugins: [onlyLua],
		logLevel: 'warning',
	});
	writeFileSync(join(root, 'dist/daemon.cjs'), loaderOf('main'));
	writeFileSync(join(root, 'dist/rules.cjs'), loaderOf('lua'));
	compile();
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
			path: join(root, 'node_modules', path),
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
function loaderOf(bundle) {
	return `require('node:module').enableCompileCache?.(__dirname + '/cache');\nrequire('./${bundle}.cjs');\n`;
}

/** Ends once the thread of the rules says that it is there. */
const startRules = `
const { Worker } = require('node:worker_threads');
const thread = new Worker('./dist/rules.cjs', { workerData: { progress: new Int32Array(1) } });
thread.once('message', () => thread.terminate());
`;

/** Runs both once, so that there is something to be kept: a start of the daemon is some 10 ms shorter, one of the thread 4. */
function compile() {
	rmSync(join(root, 'dist/cache'), { recursive: true, force: true });
	for (const args of [
		['dist/daemon.cjs', '--check', '/dev/null'],
		['-e', startRules],
	]) {
		spawnSync(join(root, 'node_modules/.bin/node'), args, { cwd: root });
	}
}
