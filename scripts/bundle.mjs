// Makes the JavaScript that ships: dist/main.cjs is all of it, dist/daemon.cjs has it compiled ahead of time.
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

/** What the bundle is made of (see stamp.mjs). */
export const bundled = {
	inputs: ['src', 'package.json', 'package-lock.json', 'scripts/bundle.mjs'],
	outputs: ['dist/daemon.cjs', 'dist/main.cjs'],
	stamp: 'dist/.stamp',
};

/** CommonJS, because it starts faster than modules; the addon stays outside and is found from __dirname. */
export async function bundle() {
	const { build } = await import('esbuild');
	await build({
		absWorkingDir: root,
		entryPoints: { main: 'src/main.ts' },
		outdir: 'dist',
		outExtension: { '.js': '.cjs' },
		bundle: true,
		minify: true,
		platform: 'node',
		format: 'cjs',
		target: 'node24',
		define: { 'import.meta.dirname': '__dirname' },
		logLevel: 'warning',
	});
	writeFileSync(join(root, 'dist/daemon.cjs'), loader);
	compile();
}

/** What is compiled is kept in dist/cache, by version of Node; where nothing is kept it is compiled at each start. */
const loader = `require('node:module').enableCompileCache?.(__dirname + '/cache');\nrequire('./main.cjs');\n`;

/** Runs it once, so that there is something to be kept: a start is some 10 ms shorter. */
function compile() {
	rmSync(join(root, 'dist/cache'), { recursive: true, force: true });
	spawnSync(join(root, 'node_modules/.bin/node'), ['dist/daemon.cjs', '--check', '/dev/null'], { cwd: root });
}
