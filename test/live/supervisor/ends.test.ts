import { expect, test } from 'vitest';
import { Archon } from '../../archon.ts';
import { ask, daemon, names, type Row, rows, status } from '../../session/ask.ts';
import { Gate } from '../../session/gate.ts';
import { Pass } from '../../session/pass.ts';
import { Watch } from '../../session/watch.ts';
import { entryIn, mainOf, running } from '../../supervisor/entries.ts';
import { daemonPid } from '../crash.ts';
import { stop } from '../until.ts';
import { supervised } from './parts.ts';

function startOf(event: Row): string | undefined {
	return /start=(\d+)/.exec(event['fields'] ?? '')?.[1];
}

test('whoever has the ExitStatus of a Run finds its end in the journal, and not the Run in Status', async () => {
	const archon = await Archon.start();
	const [runner, other] = [await archon.connect(), await archon.connect()];
	for (let n = 1; n <= 60; n++) {
		await runner.call(['Run', `sh,-c,exit ${n}`, `ARCHON_NAME=r${n}`]);
		// Another connection, so nothing but the order of things brings it there.
		const events = (await other.call(['Events', `names=r${n}`])).rows.map((row) => row[2]);
		expect([n, events]).toEqual([n, ['process.started', 'process.exited']]);
		expect((await other.call(['Status'])).rows).toEqual([]);
	}
});

test('ends that come while the daemon stands still are answered by the keeper, and told once it goes on', async () => {
	const archon = await Archon.start();
	const [gate, watch] = [new Gate(archon), await Watch.begin(archon)];
	const codes = Array.from({ length: 20 }, (_, n) => n);
	const replies = codes.map((code) =>
		ask(archon, 'Run', `sh,-c,${gate.wait}; exit ${code}`, `ARCHON_NAME=r${code}`),
	);
	for (const _ of codes) {
		await watch.event('process.started');
	}
	// A half-close is not seen while it stands still, so the replies are awaited by connections that stay open.
	const pid = daemonPid(archon);
	const client = await archon.connect();
	const last = client.call(['Run', `sh,-c,${gate.wait}; exit 99`]);
	await watch.event('process.started');
	await stop(pid);
	for (let n = 0; n <= codes.length; n++) {
		gate.open();
	}
	expect((await last).final).toEqual({ tag: 'exit', code: 99 });
	process.kill(pid, 'SIGCONT');
	expect(await Promise.all(replies)).toEqual(codes.map((code) => `ExitStatus,${code}`));
	const ends = await rows(archon, 'Events', 'types=process.exited', 'names=r*');
	expect(ends.map((row) => /exit=\d+/.exec(row['fields'] ?? '')?.[0]).sort()).toEqual(
		codes.map((code) => `exit=${code}`).sort(),
	);
	expect(new Set(ends.map(startOf)).size).toBe(20);
	expect(await names(archon)).toEqual([]);
});

test('an end is told with the code or the signal, and `last` is that of the newest process', async () => {
	const archon = await Archon.start();
	const watch = await Watch.begin(archon, 'types=process.exited');
	const ends: string[] = [];
	for (const script of ['exit 0', 'exit 255', 'ulimit -c 0; kill -SEGV $$', 'kill -34 $$']) {
		await ask(archon, 'Run', `sh,-c,${script}`);
		ends.push((await watch.event('process.exited')).at(-1) ?? '');
	}
	expect(ends).toEqual(['exit=0', 'exit=255', 'signal=SEGV', expect.stringMatching(/^signal=/)]);
	const gate = new Gate(archon);
	await daemon(archon, 'web', `${gate.wait}; exit 3`);
	expect(await status(archon, 'web')).toMatchObject({ last: '-' });
	gate.open();
	await ask(archon, 'Wait', 'web', 'backoff');
	await ask(archon, 'Wait', 'web', 'running');
	expect(await status(archon, 'web')).toMatchObject({ state: 'running', last: 'exit:3' });
	expect(await ask(archon, 'Stop', 'web')).toBe('Ok');
	expect(await status(archon, 'web')).toMatchObject({ last: 'signal:TERM' });
});

test('the place of a Run whose client has gone is given back, and so is its number with the keeper', async () => {
	const archon = await Archon.start();
	const [gate, watch] = [new Gate(archon), await Watch.begin(archon)];
	for (let n = 0; n < 5; n++) {
		const client = new Pass(archon, [`send:Run,"sh,-c,${gate.wait}",ARCHON_NAME=job\n`, 'gone']);
		await watch.event('process.started', 'job');
		await client.ended();
		gate.open();
		await watch.event('process.exited', 'job');
	}
	expect([await names(archon), await ask(archon, 'Run', 'true')]).toEqual([[], 'ExitStatus,0']);
});

test('pipelined Runs are answered in order, however fast they end', async () => {
	const archon = await Archon.start();
	const codes = Array.from({ length: 150 }, (_, n) => n);
	const records = codes.map((code) => `Run,"sh,-c,exit ${code}"\n`).join('');
	const both = await Promise.all([archon.lines(records), archon.lines(records)]);
	expect(both).toEqual([0, 1].map(() => codes.map((code) => `ExitStatus,${code}`)));
});

test('a slot that the ring names is not settled before its own process has ended', () => {
	const parts = supervised();
	const { ledger, ends, starts, table } = parts;
	const place = ledger.claim({ kind: 'daemon', conn: -1, log: -1, name: 'web' });
	const slot = place?.slot ?? 0;
	const entry = entryIn(running, { process: mainOf(1, { slot, start: place?.start ?? 0 }) });
	table.add(entry);
	starts.takeOver(entry, slot);
	// The end of whoever had the slot before is named late.
	const words = new Int32Array(parts.memory);
	words[(4096 + 4 * 16_384) / 4 + (words[28 / 4] ?? 0)] = slot;
	words[28 / 4] = (words[28 / 4] ?? 0) + 1;
	ends.settle();
	expect([entry.life.state.tag, parts.told()]).toEqual(['running', []]);
	starts.end(entry, entry.process ?? mainOf(1));
	ledger.release(slot);
});

test('who waits for a reply hears of it when the keeper has sent it, not before', () => {
	const { ledger, ends, memory } = supervised();
	const slot = ledger.claim({ kind: 'run', conn: 5, log: -1, name: 'job', request: 9 })?.slot ?? 0;
	const word = (4096 + 52 * 16_384) / 4 + slot * 40;
	const words = new Int32Array(memory);
	const heard: string[] = [];
	ends.whenReplied({ conn: 5, request: 9 }, () => heard.push('replied'));
	words.set([2, 14], word); // EXITED, at exec
	ends.free(slot);
	ends.settle();
	expect(heard).toEqual([]);
	words[word] = 3; // REPLIED
	ends.settle();
	ends.settle();
	expect(heard).toEqual(['replied']);
});

test('a place into which the keeper has still to write the end is free only after that', () => {
	const { ledger, ends, batch, memory } = supervised();
	const slot = ledger.claim({ kind: 'daemon', conn: -1, log: -1, name: 'left' })?.slot ?? 0;
	const state = new Int32Array(memory).subarray((4096 + 52 * 16_384) / 4 + slot * 40);
	ends.free(slot);
	ends.settle();
	batch.flush();
	expect(ledger.state(slot)).toBe(1);
	state[0] = 2; // EXITED
	ends.settle();
	batch.flush();
	expect(ledger.state(slot)).toBe(0);
});
