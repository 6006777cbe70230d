import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { archonctl } from './archonctl.ts';

/** What a terminal of that many columns (0: it says none) gets to show, its lines ended by \n; script(1) provides one. */
export async function onTerminal(
	args: readonly string[],
	env: Readonly<Record<string, string>>,
	width = 200,
): Promise<string> {
	const words = args.map((arg) => `'${arg}'`).join(' ');
	const command = `stty cols ${width}; exec '${archonctl}' ${words}`;
	const { stdout } = await promisify(execFile)('script', ['-qec', command, '/dev/null'], {
		env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm', SHELL: '/bin/sh', ...env },
	});
	return stdout.replaceAll('\r\n', '\n');
}
