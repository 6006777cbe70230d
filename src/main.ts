import { dirname, join } from 'node:path';
import { toBytes } from './base/to-bytes.ts';
import { type Settings, settingsOf } from './config/settings.ts';
import { lookBeside } from './daemon/beside.ts';
import { inherited } from './daemon/ground.ts';
import { report } from './daemon/report.ts';
import { selfTest } from './daemon/take-over.ts';
import { startDaemon } from './daemon.ts';
import { native } from './native/index.ts';
import { optionsOf } from './options.ts';
import { accountsOf } from './supervisor/known.ts';
import { version } from './version.ts';

/** The oldest Node that runs archon. */
const oldestNode = 24;

const flags: ReadonlySet<string> = new Set(['safe', 'self-test', 'stand-by']);

main();

function main(): void {
	const major = Number(process.versions.node.split('.')[0]);
	if (major < oldestNode) {
		process.stderr.write(
			`archond: ${process.execPath} is Node ${process.versions.node}, archon needs ${oldestNode} or newer: set ARCHON_NODE\n`,
		);
		process.exit(1);
	}
	const values = optionsOf(process.argv.slice(2), flags);
	if (typeof values['check'] === 'string') {
		// Whoever reads them may go, as head(1) does.
		process.stderr.on('error', () => process.exit(1));
		const { rules } = values;
		void check(values['check'], typeof rules === 'string' ? rules : undefined).then((code) => {
			process.exitCode = code;
		});
		return;
	}
	const settings = settingsOf(values);
	if (settings === undefined) {
		process.stderr.write('archond: the daemon is started by archond, not by hand\n');
		process.exit(2);
	}
	if (values['self-test'] === true) {
		test(settings);
		return;
	}
	// The daemon before may still be there: nothing of what is shared is looked at until it is gone.
	if (values['stand-by'] === true && native.channelBegin() < 0) {
		process.exit(0);
	}
	// Some may hang for ever, each in a mount that is gone; the others are for everybody else. Node makes them when first used.
	process.env['UV_THREADPOOL_SIZE'] = '8';
	startDaemon(native, settings, { version, isSafe: values['safe'] === true }).catch((fault) => {
		// Half a daemon would serve nobody and keep the minder from starting another.
		report(fault);
		process.exit(1);
	});
}

/** Whether this program could take over from a daemon that runs. */
function test(settings: Settings): void {
	try {
		const sign = selfTest(native, settings, inherited.ledger);
		lookBeside(import.meta.dirname);
		process.stdout.write(sign);
	} catch (fault) {
		process.stderr.write(`${(fault as Error).message}\n`, 'latin1');
		process.exitCode = 1;
	}
}

/** `rules`: the folder that somebody named. */
async function check(file: string, rules: string | undefined): Promise<0 | 1> {
	// Loaded only here: a daemon starts without what reads files, and without what reads rules if there are none.
	const { checkFile } = await import('./config/check-file.ts');
	const { looksAt } = await import('./config/directories.ts');
	const code = await checkFile(file, { accounts: accountsOf(native), looksAt }, tell);
	const { checkRuleFiles } = await import('./policy/check-rules.ts');
	const directory = toBytes(rules ?? join(dirname(file), 'rules'));
	const program = join(import.meta.dirname, 'rules.cjs');
	return (await checkRuleFiles({ directory, isNamed: rules !== undefined, program }, tell)) || code;
}

function tell(line: string): void {
	process.stderr.write(`${line}\n`, 'latin1');
}
