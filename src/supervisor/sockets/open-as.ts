import { isRefusal, type Refusal } from '../../base/refusal.ts';
import type { Entry } from '../entry.ts';
import { type Identity, identityOf } from '../identity.ts';
import type { Users } from '../users.ts';
import type { Socket } from './shelf.ts';
import type { Sockets } from './sockets.ts';

type Opened = readonly Socket[] | Refusal;

/** Binds what is missing of an entry's sockets before it starts; a promise only where its user has to be looked up. */
export function openAs(entry: Entry, sockets: Pick<Sockets, 'open'>, users: Users): Opened | Promise<Opened> {
	const identity = entry.service === undefined ? undefined : identityOf(entry.service, users);
	const open = (found: Identity | Refusal | undefined): Opened =>
		isRefusal(found) ? found : sockets.open(entry, found?.owner);
	return identity instanceof Promise ? identity.then(open) : open(identity);
}
