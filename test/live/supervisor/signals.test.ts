import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { native } from '../../../src/native/index.ts';
import { sleeper } from '../../session/foreign.ts';
import { entryIn, mainOf, running } from '../../supervisor/entries.ts';
import { until } from '../until.ts';
import { supervised } from './parts.ts';

test('one is halted when it is written down that it is, unless it was let go on by then', async () => {
	const { interpreter, batch } = supervised();
	const { pid } = sleeper();
	const isStopped = () => /^State:\tT/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
	const entry = entryIn(running, { process: mainOf(pid, { pidfd: native.pidfdOpen(pid) }) });
	interpreter.apply(entry, { tag: 'pause', at: 0 });
	interpreter.apply(entry, { tag: 'resume' });
	batch.flush();
	interpreter.apply(entry, { tag: 'pause', at: 0 });
	expect(isStopped()).toBe(false);
	batch.flush();
	await until(isStopped);
	interpreter.apply(entry, { tag: 'resume' });
	await until(() => !isStopped());
	// As a daemon finds it that takes over from one that died in between.
	entry.life = { ...entry.life, state: { tag: 'paused', since: 0, frozen: 0 } };
	interpreter.resume(entry);
	batch.flush();
	await until(isStopped);
	native.close(entry.process?.pidfd ?? -1);
});

test('one that is halted does nothing more before the signal that ends it', async () => {
	const { interpreter, batch } = supervised();
	const { pid } = sleeper();
	const stateOf = () => /^State:\t(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
	const entry = entryIn(running, { process: mainOf(pid, { pidfd: native.pidfdOpen(pid) }) });
	interpreter.apply(entry, { tag: 'pause', at: 0 });
	batch.flush();
	await until(() => stateOf() === 'T');
	interpreter.apply(entry, { tag: 'stop', grace: 10_000 });
	expect(stateOf()).toBe('T');
	batch.flush();
	await until(() => !existsSync(`/proc/${pid}`) || stateOf() === 'Z');
	native.close(entry.process?.pidfd ?? -1);
});
