import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { execStage, slotState } from '../../../src/keeper/ledger.ts';
import { type AdoptPorts, settleExec } from '../../../src/supervisor/adopt.ts';
import { newEntry } from '../../../src/supervisor/new-entry.ts';
import { mainOf } from '../../supervisor/entries.ts';

/** A shell, and a child of it that has come to no exec. */
async function family(): Promise<{ readonly shell: number; readonly child: number }> {
	const shell = spawn('bash', ['-c', '(echo $BASHPID; read x) <&0 & wait'], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	onTestFinished(() => void shell.stdin.end());
	const [line] = await once(shell.stdout, 'data');
	return { shell: shell.pid as number, child: Number(line) };
}

/** Whether exec is told to have gone well, and of a process in which state. */
function isExecuted(pid: number, stage = execStage): boolean {
	let isTold = false;
	const ports = {
		ledger: { state: () => slotState.intent, stage: () => stage },
		starts: {
			executed: () => {
				isTold = true;
			},
		},
	};
	const entry = newEntry('web', 'daemon');
	entry.process = { ...mainOf(pid), executed: false };
	settleExec(ports as unknown as AdoptPorts, entry);
	// It is not asked again.
	entry.process = undefined;
	return isTold;
}

test('whether a process is past exec is known by what the system says of it, whatever it is called', async () => {
	const { shell, child } = await family();
	expect([isExecuted(shell), isExecuted(child), isExecuted(shell, execStage - 1)]).toEqual([
		true,
		false,
		false,
	]);
});
