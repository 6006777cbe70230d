import { connectText, type Tried } from './tried.ts';

/**
 * GETs an address: 2xx and 3xx are good, and what follows the head is not waited for; aborted by `signal`. Whose
 * certificate it is does not matter: it is asked whether something answers.
 */
export function tryHttp(url: string, signal: AbortSignal): Promise<Tried> {
	const isSecure = url.startsWith('https:');
	const { get } = isSecure ? process.getBuiltinModule('node:https') : process.getBuiltinModule('node:http');
	const options = { agent: false, headers: { 'user-agent': 'archon' }, rejectUnauthorized: false };
	return new Promise((resolve) => {
		const finish = (tried: Tried) => {
			signal.removeEventListener('abort', cut);
			request.destroy();
			resolve(tried);
		};
		const cut = () => finish({ bad: 'no answer' });
		const request = get(url, options, (response) => {
			const { statusCode = 0, socket } = response;
			const { remoteAddress: address, remotePort: port } = socket;
			const peer = address === undefined || port === undefined ? undefined : { address, port };
			finish(statusCode >= 200 && statusCode < 400 ? { peer } : { bad: `answered ${statusCode}` });
		});
		signal.addEventListener('abort', cut, { once: true });
		request.on('error', (error) => finish({ bad: connectText(error) }));
	});
}
