import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { contest, observe } from '../contest.ts';
import { startDaemon } from '../daemon.ts';
import type { Effort, Figure, Row } from '../figure.ts';
import { native } from '../native.ts';
import { hasS6Log, startS6Log } from '../s6-log.ts';

const bytes = 80;

/** What goes through archon-log in a second, of a program that writes as programs do and of one that writes line by line. */
export const logThroughput: readonly Figure[] = [
	figure('log', 51, 1_000_000, 'as much at a time as standard output to a pipe does (4 KiB)'),
	figure('log-line', 1, 250_000, 'each line by itself'),
];

function figure(name: string, atOnce: number, count: number, how: string): Figure {
	return {
		name,
		title: `Lines of ${bytes} bytes, stamped and rotated, ${how}`,
		about:
			`The same program writes ${count} of them into the output of a \`Run\`, and into \`s6-log t s10000000 n5\`: from its ` +
			'start until all is in the file and said so, by `Logs` and by the end of s6-log.',
		measure: (effort) => measure(effort, atOnce, count),
	};
}

async function measure({ rounds, scale }: Effort, atOnce: number, most: number): Promise<readonly Row[]> {
	const count = Math.ceil(most * scale);
	const argv = [native('lines'), `${count}`, `${bytes}`, `${atOnce}`];
	await using daemon = await startDaemon();
	const socket = connect(daemon.socket);
	await once(socket, 'connect');
	const megabytes = (began: number) => [(count * bytes) / 1000 / (performance.now() - began)];
	const archon = async () => {
		const began = performance.now();
		await ask(socket, `Run,"${argv.join()}",ARCHON_NAME=loud`, 'ExitStatus,0\n');
		await ask(socket, 'Logs,loud,lines=1', '\nOk\n');
		return megabytes(began);
	};
	const s6 = async () => {
		const began = performance.now();
		const s6log = await startS6Log(argv);
		await once(s6log.writer, 'exit');
		await s6log[Symbol.asyncDispose]();
		return megabytes(began);
	};
	const target = { atLeast: 1 };
	try {
		return (await hasS6Log())
			? await contest('MB/s', rounds, 's6-log', [
					{ name: 's6-log', round: s6 },
					{ name: 'archond', round: archon, target },
				])
			: [observe('archond (s6-log is not installed)', 'MB/s', await archon())];
	} finally {
		socket.destroy();
	}
}

async function ask(socket: Socket, request: string, end: string): Promise<void> {
	let text = '';
	socket.write(`${request}\n`);
	while (!text.endsWith(end)) {
		text += String((await once(socket, 'data'))[0]);
		if (text.startsWith('Error')) {
			throw new Error(text);
		}
	}
}
