/**
 * node spawner.ts DESCRIPTORS, under bench/native/parent: a daemon reduced to its starts. Opens so many descriptors, says
 * "ready", then for each line `COUNT` on its input starts /bin/true so often, one after another, and answers one line of
 * JSON: for each start the microseconds for which the event loop was blocked.
 */
import { openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Ledger, slotState } from '../src/keeper/ledger.ts';
import { native } from '../src/native/index.ts';
import { epoll, Poller } from '../src/native/poller.ts';
import { pack } from '../src/supervisor/launch.ts';

const descriptor = { ledger: 5, wake: 6 };
const program = { args: ['/bin/true'], env: new Map<string, string>(), directory: '/', fds: [] };

const memory = native.mapLedger(descriptor.ledger);
if (typeof memory === 'number') {
	throw new Error(`no ledger: errno ${-memory}`);
}
const ledger = new Ledger(memory);
const poller = new Poller(native);
let ended: (slot: number) => void;

poller.start((fault) => {
	throw fault;
});
poller.watch(descriptor.wake, epoll.in, () => {
	native.eventfdRead(descriptor.wake);
	for (const slot of ledger.exits.taken()) {
		ended(slot);
	}
});
for (let i = Number(process.argv[2]); i > 0; i--) {
	openSync('/dev/null', 'r');
}
console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
	const blocked: number[] = [];
	while (blocked.length < Number(line)) {
		blocked.push(await start());
	}
	console.log(JSON.stringify(blocked));
}
process.exit(0);

/** One start from the claim to the given back slot; the result is what of it ran on the event loop before the exit. */
async function start(): Promise<number> {
	const left = Promise.withResolvers<void>();
	const gone = Promise.withResolvers<number>();
	ended = gone.resolve;
	const token = poller.token(() => left.resolve());
	const began = native.monotonic();
	const place = ledger.claim({ kind: 'daemon', conn: -1, log: -1, name: 'true' });
	if (place === undefined) {
		throw new Error('no free slot');
	}
	const result = native.spawn({
		slot: place.slot,
		...pack(program, new Map(), ['/dev/null', '/dev/null']),
		stdin: -1,
		stdout: -1,
		stderr: -1,
		directory: -1,
		execToken: token,
	});
	const started = native.monotonic();
	if (result < 0) {
		throw new Error(`no start: errno ${-result}`);
	}
	await left.promise;
	const executed = native.monotonic();
	poller.forget(token);
	native.spawnDone(place.slot);
	const done = native.monotonic();
	await gone.promise;
	if (ledger.state(place.slot) !== slotState.exited || ledger.status(place.slot) !== 0) {
		throw new Error(`a start failed: ${ledger.err(place.slot)}`);
	}
	native.close(native.spawned[1] ?? -1);
	ledger.release(place.slot);
	return started - began + (done - executed);
}
