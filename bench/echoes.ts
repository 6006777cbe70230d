import { join } from 'node:path';
import { native } from './native.ts';
import { freshDirectory, node } from './place.ts';
import { companion } from './program.ts';

/** The two servers that only send back what came: one in C, one in Node. */
export type Echoes = AsyncDisposable & { readonly c: string; readonly node: string };

/** Starts both; the paths are those of their sockets. */
export async function startEchoes(): Promise<Echoes> {
	await using stack = new AsyncDisposableStack();
	const directory = stack.use(await freshDirectory());
	const paths = { c: join(directory.path, 'c.sock'), node: join(directory.path, 'node.sock') };
	stack.use(await companion([native('echo'), paths.c], 'ready', 'TERM'));
	stack.use(await companion([node, join(import.meta.dirname, 'echo.mjs'), paths.node], 'ready', 'TERM'));
	const kept = stack.move();
	return { ...paths, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
