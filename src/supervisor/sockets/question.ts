import { isRefusal, type Refusal, refuse } from '../../base/refusal.ts';
import { type Address, parseSocket } from '../../service/address.ts';

/** What archon-binder asks for a process that binds (native/binder_line.c). */
export type Question = {
	/** Goes back with the answer. */
	readonly id: string;
	/** Of who asks. */
	readonly peer: { readonly uid: number; readonly gid: number };
	readonly address: Address | Refusal;
};

/** Reads `ID,UID,GID,ADDRESS`, the address as `formatAddress` writes it. */
export function parseQuestion(text: string): Question {
	const [, id = '0', uid, gid, given = ''] =
		/^([0-9]{1,10}),([0-9]{1,10}),([0-9]{1,10}),(.+)$/.exec(text) ?? [];
	const read = parseSocket(given);
	const address = read === undefined || isRefusal(read) ? refuse(`"${given}" is no address`) : read;
	return { id, peer: { uid: Number(uid), gid: Number(gid) }, address };
}
