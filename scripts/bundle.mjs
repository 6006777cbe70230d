// Makes the one file of JavaScript that ships: dist/daemon.cjs.
import { root } from './root.mjs';

/** What the bundle is made of (see stamp.mjs). */
export const bundled = {
	inputs: ['src', 'package.json', 'package-lock.json', 'scripts/bundle.mjs'],
	outputs: ['dist/daemon.cjs'],
	stamp: 'dist/.stamp',
};

/** CommonJS, because it starts faster than modules; the addon stays outside and is found from __dirname. */
export async function bundle() {
	const { build } = await import('esbuild');
	await build({
		absWorkingDir: root,
		entryPoints: { daemon: 'src/main.ts' },
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
}
