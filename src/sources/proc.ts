import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What /proc/PID/stat says of a process (proc_pid_stat(5)); texts are latin1. */
export type Seen = {
	readonly pid: number;
	readonly comm: string;
	readonly parent: number;
	/** When it started, clock ticks since boot: a number that is used again comes with another. */
	readonly started: number;
	/** It has ended, and nobody has asked for its status yet. */
	readonly isDead: boolean;
	/** It has forked off and not begun a program of its own. */
	readonly isForkAlone: boolean;
};

/** What else is told of a program. */
export type Program = {
	/** Who it acts as (the effective user). */
	readonly uid: number | undefined;
	readonly exe: string | undefined;
	/** The arguments, a blank apart. */
	readonly command: string | undefined;
};

/** PF_FORKNOEXEC of the kernel's include/linux/sched.h: cleared by exec. */
const forkAlone = 0x40;

/** sysconf(3) _SC_CLK_TCK: 100 wherever Linux runs Node. */
const ticksPerSecond = 100;

const longestExe = 1024;
const longestCommand = 256;

/** The pids of all processes. */
export function allPids(): number[] {
	return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

/** Undefined when it is gone. */
export function seen(pid: number): Seen | undefined {
	const text = textOf(`/proc/${pid}/stat`);
	// The name may hold anything, so up to the last `)`.
	const end = text.lastIndexOf(')');
	if (end < 0) {
		return undefined;
	}
	const fields = text.slice(end + 2).split(' ');
	return {
		pid,
		comm: text.slice(text.indexOf('(') + 1, end),
		parent: Number(fields[1]),
		started: Number(fields[19]),
		isDead: fields[0] === 'Z' || fields[0] === 'X',
		isForkAlone: (Number(fields[6]) & forkAlone) !== 0,
	};
}

/** Whether it runs a program of its own. */
export function isRunning({ isDead, isForkAlone }: Seen): boolean {
	return !isDead && !isForkAlone;
}

/** The time now, as `started` has it. */
export function ticksSinceBoot(): number {
	// Rounded: 33457.27 × 100 is 3345726.9999999995.
	return Math.round(Number(textOf('/proc/uptime').split(' ')[0]) * ticksPerSecond);
}

/** What cannot be had, as of a process that has just ended, is undefined. */
export function programOf(pid: number): Program {
	const uid = /^Uid:\t\d+\t(\d+)/m.exec(textOf(`/proc/${pid}/status`))?.[1];
	const command = textOf(`/proc/${pid}/cmdline`).slice(0, longestCommand);
	const text = command.replace(/\0+$/, '').replaceAll('\0', ' ');
	return {
		uid: uid === undefined ? undefined : Number(uid),
		exe: linkOf(`/proc/${pid}/exe`)?.slice(0, longestExe),
		command: text === '' ? undefined : text,
	};
}

/** Whether our pids are those that the kernel itself speaks of. */
export function isInFirstNamespace(): boolean {
	// PROC_PID_INIT_INO of the kernel's include/linux/proc_ns.h.
	return linkOf('/proc/self/ns/pid') === 'pid:[4026531836]';
}

function linkOf(path: string): string | undefined {
	try {
		return readlinkSync(path, 'latin1');
	} catch {
		return undefined;
	}
}

function textOf(path: string): string {
	try {
		return readFileSync(path, 'latin1');
	} catch {
		return '';
	}
}
