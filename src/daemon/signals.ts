type OnSignals = { readonly shutdown: () => void; readonly reload: () => void };

/** TERM and INT end everything, once; HUP reads the configuration anew. */
export function onSignals({ shutdown, reload }: OnSignals): void {
	let isStopping = false;
	const stop = () => {
		if (!isStopping) {
			isStopping = true;
			shutdown();
		}
	};
	process.on('SIGTERM', stop);
	process.on('SIGINT', stop);
	process.on('SIGHUP', reload);
}
