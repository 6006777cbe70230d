import type { Refusal } from '../base/refusal.ts';
import type { Addon } from '../native/addon.ts';
import type { Poller } from '../native/poller.ts';
import type { Shared } from '../requests/context.ts';
import type { Dispatch } from './dispatch.ts';
import type { Holding } from './holding.ts';
import type { Read } from './inlet.ts';
import type { Replies } from './replies.ts';
import type { Session } from './session.ts';
import type { WorthKeeping } from './worth-keeping.ts';

/** What a session needs of those around it. */
export type SessionPorts = {
	readonly native: Addon;
	readonly poller: Poller;
	readonly dispatch: Pick<Dispatch, 'find' | 'handle'>;
	/** What every request may use. */
	readonly shared: Shared;
	/** Whatever has ended is settled before any request is handled. */
	readonly settle: () => void;
	/** Has the keeper know the connection: its number there, or a refusal. */
	readonly keep: (fd: number) => number | Refusal;
	/** Sends the final replies of requests that outlive the daemon. */
	readonly replies: Pick<Replies, 'send' | 'again' | 'forget'>;
	/** Which reads may hold such a request. */
	readonly worth: WorthKeeping;
	readonly closed: (session: Session, conn: number) => void;
	/** A request has an answer. */
	readonly answered: () => void;
	/** Another daemon is to take over, and reply on this connection, which the keeper has under that number (-1: not). */
	readonly replace: (fd: number, conn: number) => void;
	/** Another daemon is to take over, and finds that request in flight. */
	readonly exchange: (request: number) => void;
	/** This daemon began in safe mode. */
	readonly isSafe: boolean;
	/** The last reply is out: the daemon may exit. */
	readonly exit: () => void;
	readonly onFault: (fault: unknown) => void;
};

/** What a session begins with. */
export type SessionFrom = {
	/** The connection as the keeper has it. */
	readonly holding?: Holding;
	/** What a daemon before had taken of it. */
	readonly read?: readonly Read[];
	/** The reply to what was asked of that one. */
	readonly saidFirst?: string;
};
