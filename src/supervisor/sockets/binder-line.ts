import { isRefusal, type Refusal } from '../../base/refusal.ts';
import type { Addon } from '../../native/addon.ts';
import type { Broker, Passed } from './broker.ts';
import { parseQuestion } from './question.ts';

export type BinderLinePorts = {
	readonly native: Pick<
		Addon,
		'passed' | 'inbox' | 'notifyReceive' | 'sendDescriptor' | 'sendText' | 'close' | 'closeLater'
	>;
	readonly broker: () => Pick<Broker, 'bind'>;
};

/**
 * Answers the next question on a line to archon-binder: with the socket that the process it asks for may have, or with
 * nothing. `isThere`: whether the line is open still, where rules were asked first. False when it was hung up.
 */
export function answerNext(
	{ native, broker }: BinderLinePorts,
	line: number,
	isThere: () => boolean,
): boolean {
	const length = native.notifyReceive(line, false);
	const [count = 0, ...fds] = [...native.passed.subarray(0, 1 + Math.max(0, native.passed[0] ?? 0))];
	if (length <= 0) {
		return false;
	}
	const { id, peer, address } = parseQuestion(native.inbox.toString('latin1', 0, length));
	const answer = (given: Passed | Refusal) => {
		if (isRefusal(given)) {
			if (isThere()) {
				native.sendText(line, id);
			}
			return;
		}
		if (isThere()) {
			native.sendDescriptor(line, id, given.fd);
		}
		given.sent();
	};
	const [pidfd] = fds;
	if (isRefusal(address) || count !== 1 || pidfd === undefined) {
		native.closeLater(fds);
		native.sendText(line, id);
		return true;
	}
	const given = broker().bind(address, pidfd, peer);
	if (given instanceof Promise) {
		void given.then(answer);
	} else {
		answer(given);
	}
	return true;
}
