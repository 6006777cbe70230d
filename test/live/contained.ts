import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { temporary } from '../archon.ts';

/** What Docker takes of root, as far as it matters here. */
const withheld = '-sys_admin,-dac_read_search,-sys_boot,-sys_resource,-sys_ptrace';

/**
 * Words that are to stand in front of archond, so that it has what it has in a container: few system calls
 * (test/programs/contained.c) and few capabilities.
 */
export function contained(): string[] {
	const program = join(temporary(), 'contained');
	const source = join(import.meta.dirname, '../programs/contained.c');
	execFileSync(process.env['CC'] ?? 'cc', ['-D_GNU_SOURCE', '-Wall', '-Werror', '-o', program, source]);
	return [program, 'setpriv', `--bounding-set=${withheld}`, `--inh-caps=${withheld}`];
}
