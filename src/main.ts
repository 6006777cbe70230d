import { parseArgs } from 'node:util';
import { report, startDaemon } from './daemon.ts';
import { native } from './native/index.ts';
import { version } from './version.ts';

/** The oldest Node that runs archon. */
const oldestNode = 24;

main();

function main(): void {
	const major = Number(process.versions.node.split('.')[0]);
	if (major < oldestNode) {
		process.stderr.write(
			`archond: ${process.execPath} is Node ${process.versions.node}, archon needs ${oldestNode} or newer: set ARCHON_NODE\n`,
		);
		process.exit(1);
	}
	const { values } = parseArgs({
		strict: false,
		options: { socket: { type: 'string' }, 'state-dir': { type: 'string' }, 'log-dir': { type: 'string' } },
	});
	const { socket, 'state-dir': stateDir, 'log-dir': logDir } = values;
	if (typeof socket !== 'string' || typeof stateDir !== 'string' || typeof logDir !== 'string') {
		process.stderr.write('archond: the daemon is started by archond, not by hand\n');
		process.exit(2);
	}
	try {
		startDaemon(native, { socket, stateDir, logDir }, version);
	} catch (fault) {
		// Half a daemon would serve nobody and keep the keeper from starting another.
		report(fault);
		process.exit(1);
	}
	process.on('uncaughtException', report);
}
