import type { SocketAddon } from './addon-sockets.ts';

/** What native/addon.cc exports. Every function returns a value or -errno; none throws. */
export type Addon = SocketAddon & {
	/** Maps the ledger (native/core/ledger.h) shared; the buffer lives as long as the process. */
	mapLedger(fd: number): ArrayBuffer | number;

	/** Filled before each call of the callback given to `start`: pairs of token and epoll events. Length 512. */
	readonly ready: Int32Array;
	/** Puts the addon's one epoll under the event loop; `onReady(count)` is called with `count` pairs in `ready`. */
	start(onReady: (count: number) => void): number;
	/** A descriptor that is readable while something watched waits: the epoll itself. */
	readonly queue: number;
	/** `EPOLL_CTL_ADD`; `token` comes back in `ready` and is never used twice; `events` are epoll's own bits. */
	watch(fd: number, token: number, events: number): number;
	/** `EPOLL_CTL_MOD`. */
	change(fd: number, token: number, events: number): number;
	/** `EPOLL_CTL_DEL`, always before `close`; what of it waits in the current batch of `ready` gets token 0. */
	unwatch(fd: number): number;
	/**
	 * For a descriptor whose readiness is told once and then taken back (a pressure file): `token` comes up in `ready`
	 * with `EPOLLPRI` whenever it has something urgent. It does not keep the event loop alive.
	 */
	watchUrgent(fd: number, token: number): number;
	/** Always before `close`. */
	unwatchUrgent(fd: number): number;

	/** accept4 with CLOEXEC and NONBLOCK: a descriptor or -errno. */
	accept(listener: number): number;
	/** What `peek` or `receive` wrote. Length 65536. */
	readonly inbox: Buffer;
	/** Descriptors that came with the latest of these: the count (-1: MSG_CTRUNC, all closed), then they. Length 254. */
	readonly passed: Int32Array;
	/** From now on `peek` begins with what is unread in that socket and goes on behind what it returned. 0 or -errno. */
	peekBegin(fd: number): number;
	/**
	 * recvmsg into `inbox` and `passed`: bytes (0 at the end of the stream) or -errno. They stay in the socket, until
	 * somebody takes them out. Descriptors are duplicates and close-on-exec; those of a full inbox may be of further on.
	 */
	peek(fd: number): number;
	/** The same, and takes them: its descriptors are always those of what it takes. */
	receive(fd: number): number;
	/** Takes so many bytes out of the socket, and what descriptors came with them: how many were there, or -errno. */
	consume(fd: number, bytes: number): number;
	/** The same of at most 64 KiB that are there, in one step: if it was done, the first byte of `mark` is the first one taken. */
	consumeMarked(fd: number, bytes: number, mark: Uint8Array): number;
	/** Who sent the latest of `notifyReceive`: pid (0: not to be seen from here) and uid (4294967295: not known). Length 2. */
	readonly sender: Uint32Array;
	/** Makes a datagram socket at that path, of that owner (-1: ours) and mode 0600: a descriptor or -errno. */
	notifyOpen(path: string, uid: number, gid: number): number;
	/**
	 * One datagram into `inbox`, `passed` and `sender`: its length (0: an empty one), -EAGAIN when there is none,
	 * -EMSGSIZE when it was longer than 4096 bytes (`passed` holds all the same). With `stays` it is there again the next
	 * time, and what is in `passed` are copies.
	 */
	notifyReceive(fd: number, stays: boolean): number;
	/** kcmp(2): 0 when both descriptors are of the same open file, 1 or 2 when that of the first comes before or after the other in an order that lasts, or -errno. */
	fileOrder(fd: number, other: number): number;
	/** pipe2 with CLOEXEC into `passed`: two, the end to read from first, which alone is NONBLOCK. 0 or -errno. */
	pipe(): number;
	/** socketpair(2) of SOCK_SEQPACKET with CLOEXEC and NONBLOCK into `passed`: two. 0 or -errno. */
	pair(): number;
	/** send with MSG_DONTWAIT and MSG_NOSIGNAL: bytes taken or -errno. */
	send(fd: number, bytes: Buffer, from: number, to: number): number;
	/** The same for a latin1 string of at most 65536 characters. */
	sendText(fd: number, text: string): number;
	/** shutdown(2) of both directions, then what is unread is discarded, so that the peer reads what was sent before EOF. */
	hangUp(fd: number): number;
	/**
	 * Sends one record with one descriptor, without waiting: 0 or -errno. On a stream a record of a few bytes goes out
	 * whole or not at all.
	 */
	sendDescriptor(fd: number, text: string, passed: number): number;
	/** SO_PEERPIDFD: a pidfd of the caller's of who connected; -ESRCH when that process is gone. */
	peerPidfd(fd: number): number;
	/** SO_PEERCRED. */
	peer(fd: number): { pid: number; uid: number; gid: number } | number;
	close(fd: number): number;
	/** malloc_trim(3): what malloc holds and nobody uses goes back to the system. 1 when something did, else 0. */
	trim(): number;
	/** Has V8 free all it can, now: 20 to 50 ms. -ENOSYS where this Node has no such call. */
	collect(): number;
	/** The pages of Node's program that were used so far are no longer resident; those that are used again come back. 0. */
	forgetProgram(): number;
	/** From now on no function that is compiled is forgotten by V8 because it was not called for long. -ENOSYS as above. */
	keepCompiled(): number;
	/**
	 * Writes up to PIPE_BUF bytes into a pipe or socket: how many, a part maybe on a stream socket. -EAGAIN where that has to
	 * wait for longer than so many milliseconds (a full pipe, a terminal after Ctrl-S); -ENOTSUP: not written, there is room
	 * now, but a write might wait; or -errno.
	 */
	writeWithin(fd: number, patience: number, bytes: Uint8Array): number;
	/** Closes on a thread of its own: close(2) of a descriptor somebody passed can hang for ever (FUSE). */
	closeLater(fds: readonly number[]): number;

	/** One datagram to the keeper over descriptor 3, with up to two descriptors (-1: none). Blocks until taken. */
	channelSend(text: string, first: number, second: number): number;
	/** What the keeper answers to `text`: a descriptor, -ENOENT: none, -EMFILE: no room for it here, -ENFILE: there, or -errno. */
	channelTake(text: string): number;
	/** The same of many, in their order: some are asked for while an earlier one is answered. */
	channelTakeAll(texts: readonly string[]): number[];
	/** Waits for the minder's `Begin`: 0, or -EPIPE when it has gone or says something else. */
	channelBegin(): number;
	eventfdWrite(fd: number): number;
	/** Reads and so clears an eventfd: its count or -errno (-EAGAIN: 0). */
	eventfdRead(fd: number): number;
	/** A descriptor that is readable whenever the wall clock was set or the system had slept; `eventfdRead` clears it. */
	clockWatch(): number;

	/** Filled by `spawn`: pid, pidfd. */
	readonly spawned: Int32Array;
	/** Starts a process in a ledger slot. 0, or -errno when the clone itself failed; -EINVAL: `want` is wrong in itself. */
	spawn(want: SpawnRequest, extras?: SpawnExtras): number;
	/** To be called when `execToken` became ready: the child has left our memory (exec or end); frees what the start held. */
	spawnDone(slot: number): number;

	/** Asks libc, on a thread of libuv's pool, for a user by name or number; `told` gets it or -errno (-ENOENT: none). */
	lookupUser(who: string | number, told: (found: UserEntry | number) => void): number;
	/** The number of the group of that name, or -errno. */
	lookupGroup(name: string, told: (found: number) => void): number;

	/** Filled by `procsRead`: triples of what (1: a program begins, 2: a process ends), pid, wait status. Length 192. */
	readonly procs: Int32Array;
	/** Opens what the kernel tells of processes (native/core/procs.h). -ENOSYS, -EPERM: it does not tell us. */
	procsOpen(): number;
	/** Reads a batch into `procs`: how many; -EAGAIN: nothing there; -ENOBUFS: some were lost. */
	procsRead(fd: number): number;
	procsClose(fd: number): number;
	/** lseek(2) to the end: 0 or -errno. */
	seekEnd(fd: number): number;

	pidfdOpen(pid: number): number;
	/** Readable when that thread has ended, or -errno: -EINVAL before Linux 6.9. */
	pidfdOfThread(thread: number): number;
	pidfdSignal(pidfd: number, signal: number): number;
	/** Another descriptor of the same process, dup(2). */
	pidfdCopy(pidfd: number): number;
	/** A copy of a descriptor of another process, pidfd_getfd(2). */
	pidfdTake(pidfd: number, number: number): number;
	/** PIDFD_GET_INFO (or /proc before 6.13). -ENOTTY when it is no pidfd. Looks through /proc/self/fdinfo first: see facts. */
	pidfdInfo(pidfd: number): PidfdInfo | number;
	/** By what the process of a pidfd is found again, or -errno when that is nothing (native/core/again.h). */
	againNote(pidfd: number, pid: number): Again | number;
	/** A pidfd of the same process, never of another that has its number by now; -ESRCH: it is gone; -ENODATA: who knows. */
	againOpen(pid: number, known: Again): number;
	/** The start number a process of this keeper carries (low 32 bits, see spawn.h), 0 when it carries none, or -errno. */
	markOf(pid: number): number;
	mkfifo(path: string, uid: number, gid: number): number;
	/** FIONREAD. */
	unread(fd: number): number;
	/** Whether a byte is among the first 512 unread ones of a pipe, where they stay: 1, 0 or -errno (-EAGAIN: it is empty). */
	pipeHolds(fd: number, byte: number): number;
	/**
	 * fallocate(2) with FALLOC_FL_KEEP_SIZE, `from` the begin of a page: 1, the file has room there, also behind its end;
	 * 0, none is taken ahead here; or -errno, and it has what it had.
	 */
	preallocate(fd: number, from: number, bytes: number): number;
	/** CLOCK_MONOTONIC in microseconds, for measuring. */
	monotonic(): number;
};

/** 0: not known. */
export type Again = { readonly handle: number; readonly began: number };

export type SpawnRequest = {
	/** The slot the caller claimed: start, kind, conn, log, name are written, pid is 0, state is INTENT. */
	readonly slot: number;
	/** NUL-terminated strings: `candidates` paths to try in turn, `argc` arguments, `envc` settings, then
	 * the directory, the path to open as stdout, the path to open as stderr ('' where a descriptor is given). */
	readonly block: Buffer;
	readonly candidates: number;
	readonly argc: number;
	readonly envc: number;
	/** Descriptors for 0, 1, 2, or -1: /dev/null for 0, the path in `block` for 1 and 2. */
	readonly stdin: number;
	readonly stdout: number;
	readonly stderr: number;
	/** An open directory to start in, or -1: the path in `block`. */
	readonly directory: number;
	/** Watched with EPOLLIN|EPOLLHUP from within; comes up in `ready` when the child exec'ed or ended. */
	readonly execToken: number;
};

/** What most starts do not ask for. */
export type SpawnExtras = {
	/** Descriptors besides 0 to 2 and the number each gets, 3 or more and each once, at most 1024; holes stay closed. */
	readonly passed?: readonly (readonly [fd: number, target: number])[] | undefined;
	/** Index of the setting that gets the child's pid as its value; ten characters must stand there for it. */
	readonly pidSetting?: number | undefined;
	readonly identity?: SpawnIdentity | undefined;
	/** An open directory of cgroup v2: the process is never outside. */
	readonly cgroup?: number | undefined;
	/**
	 * A socket over which the child sends one byte with who listens to what it binds (native/core/unotify_linux.h): until
	 * somebody answers there bind(2) waits.
	 */
	readonly listens?: number | undefined;
	/** A child with a copy of the daemon's memory: slower, and nothing that befalls it before exec befalls the daemon. */
	readonly copy?: boolean | undefined;
	/** Its standard input, which is given, becomes its controlling terminal, where it may. */
	readonly terminal?: boolean | undefined;
};

/** As whom a process runs and what it may use; without one as the daemon, with umask 022. Every part is done or refuses. */
export type SpawnIdentity = {
	/** `groups` are the supplementary ones, all of them. Another user than root is left no capability. */
	readonly user:
		| { readonly uid: number; readonly gid: number; readonly groups: readonly number[] }
		| undefined;
	readonly umask: number;
	/** Resource of setrlimit(2) and its limit, soft and hard alike; Infinity for none. */
	readonly limits: readonly (readonly [resource: number, value: number])[];
	readonly nice: number | undefined;
	readonly oomScore: number | undefined;
	readonly noNewPrivs: boolean;
};

/** An entry of passwd(5); `groups` are all it is in, its own included. Texts are latin1. */
export type UserEntry = {
	readonly uid: number;
	readonly gid: number;
	readonly groups: readonly number[];
	readonly name: string;
	readonly home: string;
	readonly shell: string;
};

/** `exit` is the wait status, or -1 where it is not to be had (yet). */
export type PidfdInfo = {
	readonly pid: number;
	readonly ppid: number;
	readonly ruid: number;
	readonly suid: number;
	readonly exit: number;
};
