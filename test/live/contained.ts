import { compiled } from './compiled.ts';

/** What Docker takes of root, as far as it matters here. */
const withheld = '-sys_admin,-dac_read_search,-sys_boot,-sys_resource,-sys_ptrace';

/**
 * Words that are to stand in front of archond, so that it has what it has in a container: few system calls
 * (test/programs/contained.c) and few capabilities.
 */
export function contained(): string[] {
	return [compiled('contained.c'), 'setpriv', `--bounding-set=${withheld}`, `--inh-caps=${withheld}`];
}
