import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';

/** What a measured program gets to see of the environment: nothing that could change how fast it is. */
export const bare = { PATH: '/usr/local/bin:/usr/bin:/bin' };

/** Runs a program of bench/native to its end: the whole time, and each operation's, in nanoseconds. */
async function timed(...argv: readonly string[]): Promise<{ whole: number; each: readonly number[] }> {
	const child = spawn(argv[0] ?? '', argv.slice(1), { env: bare, stdio: ['ignore', 'pipe', 'pipe'] });
	const [out, err] = [gather(child, 'stdout'), gather(child, 'stderr')];
	const [code] = await once(child, 'close');
	const name = basename(argv[0] ?? '');
	if (code !== 0) {
		throw new Error(`${name} ended with ${code}: ${err().trim()}`);
	}
	const [whole, ...each] = out().trim().split('\n').map(Number);
	if (whole === undefined || Number.isNaN(whole)) {
		throw new Error(`${name} printed no figures`);
	}
	return { whole, each };
}

/** Each operation of a program of bench/native, in microseconds. */
export async function microseconds(...argv: readonly string[]): Promise<readonly number[]> {
	return (await timed(...argv)).each.map((nanoseconds) => nanoseconds / 1000);
}

/** How many of its `count` operations a program of bench/native did in a second. */
export async function perSecond(count: number, ...argv: readonly string[]): Promise<readonly number[]> {
	return [count / ((await timed(...argv)).whole / 1e9)];
}

/** A program that stays until the end of its input, once it has said `hello`. */
export type Companion = AsyncDisposable & {
	readonly child: ChildProcess;
	/** The next line it prints; fails with what it said on standard error when it has ended instead. */
	readonly next: () => Promise<string>;
};

/** Starts one; disposing it ends its input (and sends TERM where `end` says so) and waits for its end. */
export async function companion(
	argv: readonly string[],
	hello: string | undefined,
	end: 'input' | 'TERM' = 'input',
	env: Readonly<Record<string, string>> = bare,
): Promise<Companion> {
	const child = spawn(argv[0] ?? '', argv.slice(1), { env, stdio: ['pipe', 'pipe', 'pipe'] });
	const gone = once(child, 'exit');
	const err = gather(child, 'stderr');
	const next = () => nextOf(child, gone, err);
	if (hello !== undefined && (await next()) !== hello) {
		throw new Error(`${basename(child.spawnfile)} did not say ${hello}: ${err().trim()}`);
	}
	return {
		child,
		next,
		[Symbol.asyncDispose]: async () => {
			if (end === 'TERM') {
				child.kill('SIGTERM');
			}
			child.stdin?.end();
			await gone;
		},
	};
}

/** The next line that `child` prints. */
export async function nextLine(child: ChildProcess): Promise<string> {
	let text = '';
	for (;;) {
		const [chunk] = await once(child.stdout ?? child, 'data');
		text += String(chunk);
		if (text.endsWith('\n')) {
			return text.slice(0, -1);
		}
	}
}

async function nextOf(child: ChildProcess, gone: Promise<unknown>, err: () => string): Promise<string> {
	const line = await Promise.race([nextLine(child), gone.then(() => undefined)]);
	if (line === undefined) {
		throw new Error(`${basename(child.spawnfile)} ended early: ${err().trim()}`);
	}
	return line;
}

function gather(child: ChildProcess, stream: 'stdout' | 'stderr'): () => string {
	let text = '';
	child[stream]?.on('data', (chunk) => {
		text += String(chunk);
	});
	return () => text;
}
