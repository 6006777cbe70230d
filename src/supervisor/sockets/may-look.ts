import { readFileSync } from 'node:fs';
import { type Refusal, refuse } from '../../base/refusal.ts';
import type { Owner } from '../fifos.ts';

/** The bit of CAP_SYS_PTRACE in `CapEff` of proc_pid_status(5). */
const ptrace = 1n << 19n;

/** What the system says of who may look into other processes. */
export type Rights = {
	/** Whether the daemon has CAP_SYS_PTRACE. */
	readonly isCapable: boolean;
	/** /proc/sys/kernel/yama/ptrace_scope (Documentation/admin-guide/LSM/Yama.rst); 0 where there is none. */
	readonly scope: number;
};

/**
 * Refuses where archon could not read what a program of that user wants to bind: the address is in the program's memory
 * (ptrace(2), "Ptrace access mode checking"). The program would run all the same, and bind for itself. `owner` undefined:
 * the daemon's user.
 */
export function mayLook(owner: Owner | undefined, { isCapable, scope } = readRights()): Refusal | undefined {
	if (scope >= 3) {
		return refuse(
			'bind: "seccomp" cannot read what a program binds: kernel.yama.ptrace_scope is 3; bind = true needs no right to',
		);
	}
	if (isCapable) {
		return undefined;
	}
	if (scope > 0) {
		return refuse(
			`bind: "seccomp" takes CAP_SYS_PTRACE to read what a program binds, for kernel.yama.ptrace_scope is ${scope}; bind = true does not`,
		);
	}
	return owner === undefined || owner.uid === process.geteuid?.()
		? undefined
		: refuse(
				'bind: "seccomp" takes CAP_SYS_PTRACE to read what a program of another user binds; bind = true does not',
			);
}

function readRights(): Rights {
	const [, effective = '0'] = /^CapEff:\s*([0-9a-f]+)$/m.exec(textOf('/proc/self/status')) ?? [];
	return {
		isCapable: (BigInt(`0x${effective}`) & ptrace) !== 0n,
		scope: Number(textOf('/proc/sys/kernel/yama/ptrace_scope')),
	};
}

function textOf(path: string): string {
	try {
		return readFileSync(path, 'latin1').trim();
	} catch {
		return '';
	}
}
