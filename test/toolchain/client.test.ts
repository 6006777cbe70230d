import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { Lines } from '../live/lines.ts';

const root = join(import.meta.dirname, '../..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Each Node to be found: the pinned one, and what the machine has, if that is new enough. */
const nodes = [
	process.execPath,
	...(process.env['PATH'] ?? '').split(delimiter).map((it) => join(it, 'node')),
]
	.map((path) => ({ path, version: versionOf(path) }))
	.filter(
		({ version }, i, all) => major(version) >= 20 && all.findIndex((it) => it.version === version) === i,
	);

/** A program's folder, in which archon is installed: what package.json says is for others, and nothing else. */
function installed(): string {
	const folder = temporary();
	const module_ = join(folder, 'node_modules/archon');
	for (const file of ['package.json', ...Object.values<string>(manifest.exports['.'])]) {
		mkdirSync(dirname(join(module_, file)), { recursive: true });
		copyFileSync(join(root, file), join(module_, file));
	}
	writeFileSync(join(folder, 'package.json'), '{}');
	return folder;
}

/** What a program prints when it has ended well. */
async function printed(node: string, folder: string, file: string, socket = ''): Promise<string> {
	const child = spawn(node, [file], {
		cwd: folder,
		env: { ARCHON_SOCKET: socket },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const said = { out: '', err: '' };
	child.stdout.on('data', (bytes) => (said.out += bytes));
	child.stderr.on('data', (bytes) => (said.err += bytes));
	const [code] = await once(child, 'close');
	expect({ code, err: said.err }).toEqual({ code: 0, err: '' });
	return said.out;
}

/** The examples of docs/client.md in their order, each a module. */
const examples = [
	...readFileSync(join(root, 'docs/client.md'), 'utf8').matchAll(/```js\n([\s\S]*?)```/g),
].map(([, code = '']) => code);

/** What each of them prints. */
const expected = [
	/^\[\n {2}\{ name: 'archon', version: '[^']+' \},\n {2}\{ name: 'node', version: '[^']+' \}\n\]\n$/,
	/^3\nweb running number\nweb was stopped by request .*\n$/,
	/^web-1 3\n$/,
	/^process\.started\nprocess\.exited\n1 1\n2\n$/,
	/^Stop nothing is called "nobody"; .*\n$/,
];

test('the documentation has as many examples as are run here', () => {
	expect(examples.length).toBe(expected.length);
});

test.each(nodes)(
	'the examples of the documentation run as they stand, with Node $version',
	async ({ path }) => {
		const folder = installed();
		const archon = await Archon.start();
		for (const [i, code] of examples.entries()) {
			writeFileSync(join(folder, 'example.mjs'), code);
			expect(await printed(path, folder, 'example.mjs', archon.socket)).toMatch(expected[i] as RegExp);
		}
	},
);

test.each(nodes.filter(({ version }) => canRequire(version)))(
	'where modules can be required it can, too, with Node $version',
	async ({ path }) => {
		const folder = installed();
		writeFileSync(
			join(folder, 'a.cjs'),
			"const { connect } = require('archon'); console.log(typeof connect);",
		);
		expect(await printed(path, folder, 'a.cjs')).toBe('function\n');
	},
);

test.each(nodes)('examples/watch.mjs says what fails and why, with Node $version', async ({ path }) => {
	const folder = installed();
	copyFileSync(join(root, 'examples/watch.mjs'), join(folder, 'watch.mjs'));
	const archon = await Archon.start();
	const child = spawn(path, ['watch.mjs'], { cwd: folder, env: { ARCHON_SOCKET: archon.socket } });
	onTestFinished(() => void child.kill('SIGKILL'));
	const lines = new Lines(child.stdout);
	expect(await lines.next()).toBe('watching');
	await archon.lines(
		'Run,"sh,-c,exit 3",ARCHON_NAME=job\nStartDaemon,"sh,-c,exit 4",ARCHON_NAME=web2,ARCHON_RESTART=never\n',
	);
	expect(await lines.next()).toBe('job ended with 3');
	expect(await lines.next()).toBe('web2 ended with 4');
	expect(await lines.next()).toMatch(/^web2 gave up: web2 /);
	child.kill('SIGINT');
	expect(await once(child, 'exit')).toEqual([0, null]);
});

test('its types are for strict programs, without this repository', { timeout: 120_000 }, () => {
	const folder = installed();
	mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
	writeFileSync(
		join(folder, 'a.ts'),
		`import { ArchonError, connect, type Event, type StatusRow } from 'archon';
const archon = await connect({ socket: '/x' });
const rows: StatusRow[] = await archon.status();
const pid: number | null | undefined = rows[0]?.pid;
for await (const event of archon.events({ types: ['process.exited', 'pager.sent'] })) {
	if (event.type === 'gap') console.log(event.first);
	else if (event.type === 'process.exited') console.log(event.exit?.toFixed(), event.name.length);
	else { const type: 'pager.sent' = event.type; console.log(type, event.fields['to']); }
}
for await (const event of archon.journal()) {
	if (event.type === 'process.sample') console.log(event.rss);
	const known: Event | { type: 'gap' } = event;
	console.log(known.type);
}
type Fits<A, B> = [A] extends [B] ? true : false;
const isState: [Fits<'running', State>, Fits<'sleeping', State>] = [true, false];
type State = Parameters<typeof archon.wait>[1];
const code = await archon.run(['true']);
const isText: [Fits<typeof code, number>, Fits<typeof code, string>] = [true, false];
console.log(pid, code, isState, isText, new ArchonError('Stop', 'no').reason);
`,
	);
	const tsconfig = {
		compilerOptions: {
			strict: true,
			noEmit: true,
			module: 'nodenext',
			target: 'es2022',
			lib: ['esnext'],
			typeRoots: [join(root, 'node_modules/@types')],
			types: ['node'],
			exactOptionalPropertyTypes: true,
			noUncheckedIndexedAccess: true,
			verbatimModuleSyntax: true,
			isolatedModules: true,
		},
		files: ['a.ts'],
	};
	writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
	writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
	const tsc = [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder];
	expect(execFileSync(process.execPath, tsc, { encoding: 'utf8', stdio: 'pipe' })).toBe('');
});

test('what is imported has no part of the daemon, no addon and no dependency in it', () => {
	const code = readFileSync(join(root, 'dist/client.js'), 'utf8');
	const parts = [...code.matchAll(/^\/\/ ((?:src|node_modules)\/[^\n]+)$/gm)].map(([, part = '']) =>
		dirname(part),
	);
	expect([...new Set(parts)].sort()).toEqual(['src/base', 'src/client', 'src/protocol']);
	const imported = [...code.matchAll(/ from "([^"]+)"/g)].map(([, name]) => name);
	expect(imported.every((name) => name?.startsWith('node:'))).toBe(true);
	expect(code.length).toBeLessThan(60_000);
});

function versionOf(path: string): string {
	try {
		return execFileSync(path, ['--version'], {
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'ignore'],
		}).trim();
	} catch {
		return '';
	}
}

function major(version: string): number {
	return Number(version.slice(1).split('.')[0]);
}

/** Node 20.19, 22.12 and newer require modules, which until 24 comes with a warning of their being experimental. */
function canRequire(version: string): boolean {
	return major(version) >= 24;
}
