import { join } from 'node:path';
import { tellTrouble } from '../base/trouble.ts';
import type { Policy } from '../policy/policy.ts';
import { bindFd } from '../requests/bind-fd.ts';
import type { Shared } from '../requests/context.ts';
import { requests } from '../requests/index.ts';
import { Dispatch } from '../server/dispatch.ts';
import { Gate } from '../server/gate.ts';
import { Intake, type Piece, readIntake } from '../server/intake.ts';
import { Listen } from '../server/listen.ts';
import { Replies } from '../server/replies.ts';
import { neededPieces, type TookBack, takeBack } from '../server/took-back.ts';
import { WorthKeeping } from '../server/worth-keeping.ts';
import type { Endings } from './endings.ts';
import { type Ground, inherited } from './ground.ts';
import { report } from './report.ts';

export type ServingPorts = {
	readonly isSafe: boolean;
	readonly shared: Shared;
	readonly watch: Policy['requests'];
	readonly settle: () => void;
	readonly endings: Endings;
};

/** What answers clients. */
export type Serving = {
	readonly listen: Listen;
	readonly replies: Replies;
	/** Takes the connections of the daemon before back from the keeper. */
	readonly takeBack: () => TookBack[];
	/** Descriptors of what was written down and not taken from its socket any more. */
	readonly left: () => readonly number[];
};

const lostOnCrash = 'until then a crash of the daemon ends what is in flight without a reply';

/** Puts it together; nobody is taken yet. */
export function serving(ground: Ground, { isSafe, shared, watch, settle, endings }: ServingPorts): Serving {
	const { native, poller, ledger, channel, held, batch } = ground;
	const path = join(ground.runDirectory, 'intake');
	const writtenDown = ground.isLater ? readIntake(path) : new Map<number, Piece>();
	const pieces = neededPieces(ledger, writtenDown);
	const intake = new Intake(native, path, pieces, tellTrouble(path, lostOnCrash, report));
	const { connections } = ledger;
	const replies = new Replies({ channel, connections, flush: () => batch.flush() });
	const listen = new Listen({
		native,
		poller,
		ledger,
		channel,
		intake,
		kept: held,
		replies,
		worth: new WorthKeeping(requests.filter((it) => it.outlives).map((it) => it.name)),
		listener: inherited.listener,
		dispatch: new Gate({ native, dispatch: new Dispatch(requests), watch, settle, onFault: report }),
		narrow: new Dispatch([bindFd]),
		isSafe,
		shared,
		settle,
		answered: () => ledger.answered(),
		replace: (fd) => endings.replace({ fd }),
		exchange: (request) => endings.replace({ request }),
		exit: () => endings.exit(),
		onFault: report,
	});
	return {
		listen,
		replies,
		takeBack: () => takeBack({ native, ledger, channel, intake, kept: held }, pieces),
		left: () => [...writtenDown.values()].flatMap(({ fds }) => fds),
	};
}
