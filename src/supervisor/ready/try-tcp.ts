import { connectText, type Tried } from './tried.ts';

/** Connects and hangs up at once; aborted by `signal`. Loaded is what it needs when it is needed. */
export function tryTcp(host: string, port: number, signal: AbortSignal): Promise<Tried> {
	const { connect } = process.getBuiltinModule('node:net');
	return new Promise((resolve) => {
		const socket = connect({ host, port });
		const finish = (tried: Tried) => {
			signal.removeEventListener('abort', cut);
			socket.destroy();
			resolve(tried);
		};
		const cut = () => finish({ bad: 'no answer' });
		signal.addEventListener('abort', cut, { once: true });
		socket.once('connect', () => {
			const { remoteAddress: address } = socket;
			finish(address === undefined ? {} : { peer: { address, port } });
		});
		// It may fail once more after it was destroyed.
		socket.on('error', (error) => finish({ bad: connectText(error) }));
	});
}
