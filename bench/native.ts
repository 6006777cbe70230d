import { execFile } from 'node:child_process';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const sources = join(import.meta.dirname, 'native');
const build = join(import.meta.dirname, 'build');
const core = join(import.meta.dirname, '../native/core');
const headers = [join(sources, 'stopwatch.h'), join(sources, 'local.h'), join(core, 'ledger.h')];

/** The programs of bench/native; `nothing-dynamic` is `nothing` with the system's C library. */
const programs = {
	floor: 'floor.c',
	client: 'client.c',
	echo: 'echo.c',
	nothing: 'nothing.c',
	'nothing-dynamic': 'nothing.c',
	pause: 'pause.c',
	hold: 'hold.c',
	startup: 'startup.c',
	crash: 'crash.c',
	during: 'during.c',
	hang: 'hang.c',
	parent: 'parent.c',
	lines: 'lines.c',
	service: 'service.c',
	supervise: 'supervise.c',
	services: 'services.c',
};

/** Where a program of bench/native is after `buildNative`. */
export function native(program: keyof typeof programs): string {
	return join(build, program);
}

/** Compiles what is older than its source. */
export async function buildNative(): Promise<void> {
	await mkdir(build, { recursive: true });
	for (const [program, source] of Object.entries(programs)) {
		const to = join(build, program);
		const from = join(sources, source);
		if ((await newest([to])) > (await newest([from, ...headers]))) {
			continue;
		}
		const link = program === 'nothing-dynamic' ? [] : ['-static'];
		const flags = ['-O2', '-Wall', '-Wextra', '-D_GNU_SOURCE', `-iquote${core}`, ...link];
		await promisify(execFile)('gcc', [...flags, '-o', to, from]);
	}
}

async function newest(paths: readonly string[]): Promise<number> {
	const times = await Promise.all(
		paths.map((path) =>
			stat(path).then(
				(s) => s.mtimeMs,
				() => 0,
			),
		),
	);
	return Math.max(...times);
}
