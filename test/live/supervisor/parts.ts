import { closeSync, openSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { refuse } from '../../../src/base/refusal.ts';
import { plainDraft } from '../../../src/config/draft.ts';
import { Batch } from '../../../src/events/batch.ts';
import { Bus } from '../../../src/events/bus.ts';
import { isGap } from '../../../src/events/event.ts';
import { Channel } from '../../../src/keeper/channel.ts';
import { Kept } from '../../../src/keeper/kept.ts';
import { Ledger } from '../../../src/keeper/ledger.ts';
import { native } from '../../../src/native/index.ts';
import { Poller } from '../../../src/native/poller.ts';
import { plainPorts } from '../../../src/service/port-range.ts';
import { assemble } from '../../../src/supervisor/assemble.ts';
import { temporary } from '../../archon.ts';
import { openJournal } from '../../events/scratch.ts';
import { silent } from '../../keeper/silent.ts';
import { mapLedger } from '../marked.ts';

const faults: unknown[] = [];
const poller = new Poller(native);
let memory: ArrayBuffer | undefined;

/**
 * The supervisor in the test's own process, where nobody but the keeper is missing: the test is that, with a ledger of
 * its own. Processes cannot be started here, for they would be the test's parent's.
 */
export function supervised() {
	if (memory === undefined) {
		poller.start((fault) => faults.push(fault));
	}
	memory ??= mapLedger();
	const directory = temporary();
	const journal = openJournal(`${directory}/journal`);
	const bus = new Bus(journal);
	const batch = new Batch(bus);
	const ledger = new Ledger(memory);
	const sent: string[] = [];
	const held: string[] = [];
	const logWake = openSync(`${directory}/wake`, 'w');
	onTestFinished(() => closeSync(logWake));
	const parts = assemble({
		native,
		poller,
		ledger,
		channel: new Channel({ ...silent, channelSend: (text) => sent.push(text) }),
		batch,
		fifos: `${directory}/fifo`,
		logDirectory: `${directory}/log`,
		logWake,
		socket: `${directory}/archon.sock`,
		cgroups: refuse('not in this test'),
		defaults: () => plainDraft,
		book: { changed: () => {}, gone: () => {}, born: () => {}, swapped: () => {}, kept: () => {} },
		kept: new Kept(new Channel({ ...silent, channelSend: (text) => held.push(text) })),
		stateDirectory: directory,
		portRange: () => plainPorts,
		binder: '/nowhere/archon-binder',
		library: '/nowhere.so',
		greet: () => undefined,
		askToBind: () => undefined,
		resumeStart: () => false,
		onFailed: () => undefined,
		onClosing: () => undefined,
		onFault: (fault) => faults.push(fault),
	});
	/** What the journal has by now: type and name, then the fields. */
	const told = () => {
		batch.flush();
		return [...journal.read(0)].map((it) => (isGap(it) ? 'Gap' : [it.type, it.name, ...it.fields].join(' ')));
	};
	return { ...parts, directory, memory, ledger, batch, sent, held, faults, told };
}
