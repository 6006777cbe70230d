import { expect, test } from 'vitest';
import type { Peer, Shared } from '../../src/requests/context.ts';
import { SessionContext } from '../../src/server/session-context.ts';

const shared = {} as Shared;

/** What SO_PEERCRED says, and how often it was asked. */
function kernel(said: Peer | number) {
	const asked: number[] = [];
	const native = {
		peer(fd: number) {
			asked.push(fd);
			return said;
		},
		peerPidfd: (fd: number) => fd + 1,
	};
	return { asked, native };
}

test('the kernel is asked who connected when somebody wants to know, and only once', () => {
	const { asked, native } = kernel({ pid: 7, uid: 1000, gid: 100 });
	const context = new SessionContext({ native, shared }, 70);
	expect(asked).toEqual([]);
	expect(context.peer).toEqual({ pid: 7, uid: 1000, gid: 100 });
	expect(context.peer.uid).toBe(1000);
	expect(asked).toEqual([70]);
});

test('one of whom nothing is known is never taken for root', () => {
	const { asked, native } = kernel(-107);
	const context = new SessionContext({ native, shared }, 70);
	expect(context.peer).toEqual({ pid: 0, uid: 65_534, gid: 65_534 });
	expect(context.peer.uid).not.toBe(0);
	expect(asked).toEqual([70]);
});

test('what is shared is everybody’s, the descriptors are those of one request', () => {
	const { native } = kernel(-107);
	const [a, b] = [new SessionContext({ native, shared }, 70), new SessionContext({ native, shared }, 71)];
	a.fds = [80];
	expect([a.shared === b.shared, a.fds, b.fds]).toEqual([true, [80], []]);
});

test('the process that connected is opened for whoever wants to look at it', () => {
	const { native } = kernel(-107);
	expect(new SessionContext({ native, shared }, 70).asker()).toBe(71);
});
