/** A TCP socket that listens: whose it is, and its number among all of this network namespace. */
type TcpListener = { readonly uid: number; readonly inode: number };

/** Of the addon (addon.ts): sockets that archon binds for others, and what the kernel tells of sockets. */
export type SocketAddon = {
	/**
	 * Binds a socket to an IP address in numbers; for TCP (`isStream`) it listens. It is close-on-exec and blocking. A
	 * descriptor or -errno.
	 */
	listenInet(host: string, port: number, isStream: boolean, v6only: boolean): number;
	/**
	 * The same at a path (as Node has it), of that mode and owner (-1: ours), in place of a socket that nobody answers
	 * on. -EADDRINUSE: somebody does, or something else is there.
	 */
	listenUnix(path: string, mode: number, uid: number, gid: number): number;
	/**
	 * The number among all sockets of the one at the near end of a TCP connection within this machine, addresses in numbers;
	 * 0: nobody has accepted it yet; -ENOENT: there is none.
	 */
	tcpAccepted(near: string, nearPort: number, far: string, farPort: number): number;
	/** The same of who listens there; one of them where several do. */
	tcpListener(near: string, port: number): number;
	/**
	 * Who listens on a port where connections to that address end: those of the very address, else those of every address;
	 * '': whatever the address. -E2BIG: more than 1024; -EINVAL: that is no address in numbers, or no port.
	 */
	tcpListeners(address: string, port: number): readonly TcpListener[] | number;
	/**
	 * What was accepted at these addresses, of which each is a host in numbers with its port or a path (as Node has it)
	 * with 0, and is connected still: looked for on a thread of libuv's pool. `told` gets for each address pairs of a
	 * socket's number among all sockets and how old it is at least (milliseconds), at most 64, or -errno. Of two numbers
	 * in one lot of 1024 the higher was accepted later (native/core/arrivals.h).
	 */
	arrivals(
		addresses: readonly string[],
		ports: readonly number[],
		told: (found: readonly (readonly number[])[] | number) => void,
	): number;
	/**
	 * A copy of the socket that a process has which is bound to that address (pidfd_getfd(2)): a descriptor; -ENOENT: it
	 * has none; -EPERM: it may not be looked at.
	 */
	listenHeldInet(
		pidfd: number,
		pid: number,
		host: string,
		port: number,
		isStream: boolean,
		v6only: boolean,
	): number;
	/** The same of one that listens at a path (as Node has it). */
	listenHeldUnix(pidfd: number, pid: number, path: string): number;
	/** Blocking again, and with archon's backlog, whatever a server has made of the open file they share. 0 or -errno. */
	listenAgain(fd: number): number;
	/** How many connections wait for accept(2); of UDP bytes of what nobody has read. -ENOTSUP: the system does not say. */
	listenWaiting(fd: number): number;
};
