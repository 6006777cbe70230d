// Makes the one file of JavaScript that ships for each program: dist/daemon.cjs.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { root } from './root.mjs';

const programs = { daemon: 'src/main.ts', cli: 'src/cli/main.ts' };

/** What a bundle is made of (see stamp.mjs). */
export const bundles = {
	inputs: ['src', 'package.json', 'package-lock.json', 'scripts/bundle.mjs'],
	outputs: ['dist/daemon.cjs'],
	stamp: 'dist/.stamp',
};

/** Bundles every program whose source is there: CommonJS, because it starts faster than modules. */
export async function bundle() {
	const { build } = await import('esbuild');
	await build({
		absWorkingDir: root,
		entryPoints: Object.fromEntries(
			Object.entries(programs).filter(([, path]) => existsSync(join(root, path))),
		),
		outdir: 'dist',
		outExtension: { '.js': '.cjs' },
		bundle: true,
		minify: true,
		platform: 'node',
		format: 'cjs',
		target: 'node24',
		logLevel: 'warning',
		banner: { js: "const sourceRoot = require('node:path').join(__dirname, '../src');" },
		plugins: [{ name: 'where the source stands', setup: keepPlaces }],
	});
}

// In a bundle `import.meta` is gone. Its dirname goes on saying where the source file stands, so
// that a file finds the addon, or a package.json, in the same way bundled or not.
function keepPlaces(build) {
	build.onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
		const folder = relative(join(root, 'src'), dirname(path));
		const dirname_ = `require('node:path').join(sourceRoot, ${JSON.stringify(folder)})`;
		const text = await readFile(path, 'utf8');
		return { contents: text.replaceAll('import.meta.dirname', dirname_), loader: 'ts' };
	});
}
