import { createReadStream, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { fullFifo } from './full-fifo.ts';
import { Stage } from './stage.ts';
import { isTmpfs } from './tmpfs.ts';
import { until } from './until.ts';

test.skipIf(isTmpfs(tmpdir()))(
	'what keeps it from starting is told to who reads late, what does not is not waited with',
	async () => {
		const stage = new Stage();
		mkdirSync(stage.path('run/socket'), { recursive: true });
		const fifo = stage.path('full');
		const keeper = stage.start({ args: ['--socket', 'run/socket'], stderr: fullFifo(fifo) });
		await until(() => writesTo(2, keeper.pid));
		const reading = createReadStream(fifo, { encoding: 'latin1' });
		let said = '';
		for await (const chunk of reading) {
			said += chunk;
			if (said.endsWith('\n')) {
				break;
			}
		}
		expect(said.replace(/^x*/, '')).toBe(`archond: ${stage.path('run/socket')} is there and no socket\n`);
		expect(await keeper.ended).toBe(1);
	},
);

/** Whether a process waits amid a write(2), whose number each architecture has its own (proc_pid_syscall(5)). */
function writesTo(fd: number, pid: number): boolean {
	const [, first] = readFileSync(`/proc/${pid}/syscall`, 'latin1').split(' ');
	return first === `0x${fd}`;
}
