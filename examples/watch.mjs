// Says when something fails, and why, until it is interrupted: node examples/watch.mjs [NAME...]
import { ArchonError, connect, NoDaemonError } from 'archon';

const names = process.argv.slice(2);
const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());

try {
	const archon = await connect();
	const events = archon.events({
		types: ['process.exited', 'process.backoff', 'process.failed'],
		names: names.length > 0 ? names : undefined,
		signal: interrupted.signal,
	});
	await events.ready;
	console.log('watching');
	for await (const event of events) {
		if (event.type === 'process.exited' && event.exit !== 0) {
			console.log(`${event.name} ended with ${event.exit ?? event.signal ?? 'an unknown status'}`);
		} else if (event.type === 'process.backoff') {
			console.log(`${event.name} is started again in ${event.delay}`);
		} else if (event.type === 'process.failed') {
			const [why] = await archon.why(event.name).catch(gone);
			console.log(`${event.name} gave up: ${why?.sentence ?? event.reason}`);
		}
	}
} catch (error) {
	if (!(error instanceof NoDaemonError || error instanceof ArchonError)) throw error;
	console.error(error.message);
	process.exitCode = 1;
}

/** A run is forgotten when it has ended. */
function gone(error) {
	if (!(error instanceof ArchonError)) throw error;
	return [];
}
