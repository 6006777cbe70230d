import { once } from 'node:events';
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Connects, and says whether that was possible: `connected`, or the code of the error. */
export async function visit(to: NetConnectOpts): Promise<string> {
	const socket = connect(to);
	try {
		await once(socket, 'connect');
		return 'connected';
	} catch (error) {
		return (error as NodeJS.ErrnoException).code ?? 'no code';
	} finally {
		socket.destroy();
	}
}

/** A client that stays until the test is over. */
export async function stay(to: NetConnectOpts): Promise<Socket> {
	const socket = connect(to);
	onTestFinished(() => void socket.destroy());
	socket.on('error', () => {});
	await once(socket, 'connect');
	return socket;
}
