import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freshDirectory } from './place.ts';
import { bare } from './program.ts';

/** Whether Debian's `s6` is installed. */
export async function hasS6Log(): Promise<boolean> {
	return await promisify(execFile)('s6-log', ['-b', 'n1', 'f'], { env: bare, timeout: 1000 }).then(
		() => true,
		({ code }) => code !== 'ENOENT',
	);
}

/** An s6-log that stamps and rotates as archon-log does, and a program that writes into it until disposed. */
export async function startS6Log(
	argv: readonly string[],
): Promise<AsyncDisposable & { readonly writer: ChildProcess }> {
	const directory = await freshDirectory();
	const fifo = join(directory.path, 'fifo');
	await promisify(execFile)('mkfifo', [fifo]);
	const both = await open(fifo, constants.O_RDWR);
	const reading = await open(fifo, constants.O_RDONLY);
	const writing = await open(fifo, constants.O_WRONLY);
	await both.close();
	const script = ['t', 's10000000', 'n5', join(directory.path, 'log')];
	const logger = spawn('s6-log', script, { env: bare, stdio: [reading.fd, 'ignore', 'inherit'] });
	const writer = spawn(argv[0] ?? '', argv.slice(1), { env: bare, stdio: ['ignore', writing.fd, 'inherit'] });
	await reading.close();
	await writing.close();
	return {
		writer,
		[Symbol.asyncDispose]: async () => {
			const gone = once(logger, 'exit');
			if (writer.exitCode === null) {
				writer.kill('SIGKILL');
			}
			await gone;
			await directory[Symbol.asyncDispose]();
		},
	};
}
