import { readdirSync, readFileSync, statSync } from 'node:fs';
import { inPieces } from '../base/pieces.ts';

/** What the kernel says of one process, from /proc/PID/stat (proc(5)). */
export type Process = {
	readonly pid: number;
	readonly parent: number;
	readonly group: number;
	readonly session: number;
	/** A letter: `S`, `Z`, … */
	readonly state: string;
	/** Processor time of it and of the children it has waited for, clock ticks. */
	readonly ticks: number;
	/** When it started, clock ticks since boot: a number that is used again comes with another. */
	readonly started: number;
	/** Pages in memory. */
	readonly pages: number;
};

/** One look at every process of the machine, in pieces: a thousand of them take 15 ms, and nobody waits for them. */
export async function readProcesses(): Promise<Map<number, Process>> {
	const found = new Map<number, Process>();
	const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
	await inPieces(pids, (pid) => {
		const process = readProcess(pid);
		if (process !== undefined) {
			found.set(pid, process);
		}
	});
	return found;
}

/** One look at one process; undefined when it is gone. */
export function readProcess(pid: number): Process | undefined {
	return parseStat(pid, textOf(`/proc/${pid}/stat`));
}

/** The command line, its arguments one blank apart; `[name]` of one that has none (a zombie); latin1. */
export function commandOf(pid: number): string {
	const text = textOf(`/proc/${pid}/cmdline`).slice(0, longestCommand);
	const command = text.replace(/\0+$/, '').replaceAll('\0', ' ');
	return command === '' ? `[${textOf(`/proc/${pid}/comm`).trimEnd()}]` : command;
}

/** How many descriptors it has open; 0 when it is gone. */
export function descriptorsOf(pid: number): number {
	try {
		// Linux 6.2 and newer count them there.
		return statSync(`/proc/${pid}/fd`).size || readdirSync(`/proc/${pid}/fd`).length;
	} catch {
		return 0;
	}
}

/** Seconds since boot, on the clock of `started`. */
export function uptime(): number {
	return Number(textOf('/proc/uptime').split(' ')[0]);
}

/** What /proc/PID/stat says; undefined for an empty text, of a process that is gone. */
export function parseStat(pid: number, text: string): Process | undefined {
	if (text === '') {
		return undefined;
	}
	// The name before the fields may hold anything, so from the last `)`.
	const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
	const number = (index: number) => Number(fields[index - 3]);
	return {
		pid,
		state: fields[0] ?? '',
		parent: number(4),
		group: number(5),
		session: number(6),
		ticks: number(14) + number(15) + number(16) + number(17),
		started: number(22),
		pages: number(24),
	};
}

const longestCommand = 4096;

function textOf(path: string): string {
	try {
		return readFileSync(path, 'latin1');
	} catch {
		return '';
	}
}
