import { errnoName, errnoText } from '../base/errno.ts';
import { oneLine } from '../config/mistake.ts';
import { stages } from '../keeper/ledger.ts';

/** Which step of a start failed and what the system said. */
export type Broken = { readonly step: string; readonly text: string };

/** Of a child that came to that stage; `errno` 0: it was killed in it. `directory`: where it was to run, if that has a path. */
export function brokenOf(stage: number, errno: number, directory?: string): Broken {
	return {
		step: stages[stage] ?? 'start',
		text: errno === 0 ? 'it was killed before it ran' : textOf(stage, errno, directory),
	};
}

function textOf(stage: number, errno: number, directory: string | undefined): string {
	switch (stages[stage]) {
		case 'bind':
			return seccompText(errno);
		case 'directory':
			return directory === undefined ? errnoText(errno) : `${oneLine(directory)}: ${errnoText(errno)}`;
		default:
			return errnoText(errno);
	}
}

/** Of seccomp(2), whose errors say little. */
function seccompText(errno: number): string {
	switch (errnoName(errno)) {
		case 'EBUSY':
			return 'somebody listens to the system calls of archon already (seccomp_unotify(2)), and there can be but one; bind = true needs none';
		case 'EINVAL':
		case 'ENOSYS':
			return `${errnoText(errno)}: this system has no seccomp user notification (Linux 5.9); bind = true needs none`;
		default:
			return errnoText(errno);
	}
}
