/** What a service says of itself in one datagram, sd_notify(3). */
export type Notice = {
	readonly ready: boolean;
	readonly reloading: boolean;
	readonly stopping: boolean;
	/** One line, at most 256 bytes. */
	readonly status: string | undefined;
	readonly errno: number | undefined;
	readonly watchdog: 'alive' | 'trigger' | undefined;
	/** A new interval of the watchdog, milliseconds; 0 switches it off. */
	readonly watchdogEvery: number | undefined;
	/** Milliseconds from now on. */
	readonly extend: number | undefined;
	readonly mainPid: number | undefined;
	/** The descriptor that came along is to be closed when all that was said before has been done. */
	readonly barrier: boolean;
	/** The descriptors that came along are to be kept; `watched`: until the other side hangs up. */
	readonly store: { readonly name: string; readonly watched: boolean } | undefined;
	/** The name of those kept ones that are to be closed. */
	readonly remove: string | undefined;
};

/** The name of a descriptor that came without one. */
export const namelessDescriptor = 'stored';

/**
 * Reads a datagram (latin1): a setting per line, of equal ones the last counts; what is not known or makes no sense is
 * passed over, as the protocol wants it.
 */
export function parseNotice(text: string): Notice {
	const said = new Map<string, string>();
	for (const line of text.split('\n')) {
		const equals = line.indexOf('=');
		if (equals > 0) {
			said.set(line.slice(0, equals), line.slice(equals + 1));
		}
	}
	const is = (key: string) => said.get(key) === '1';
	const name = said.get('FDNAME') ?? '';
	const isNamed = isDescriptorName(name);
	const watchdog = said.get('WATCHDOG');
	return {
		ready: is('READY'),
		reloading: is('RELOADING'),
		stopping: is('STOPPING'),
		status: said.has('STATUS') ? oneLine(said.get('STATUS') ?? '') : undefined,
		errno: whole(said.get('ERRNO'), 4095),
		watchdog: watchdog === '1' ? 'alive' : watchdog === 'trigger' ? 'trigger' : undefined,
		watchdogEvery: milliseconds(said.get('WATCHDOG_USEC')),
		extend: milliseconds(said.get('EXTEND_TIMEOUT_USEC')),
		mainPid: whole(said.get('MAINPID'), 2 ** 31 - 1) || undefined,
		barrier: is('BARRIER'),
		store: is('FDSTORE')
			? { name: isNamed ? name : namelessDescriptor, watched: said.get('FDPOLL') !== '0' }
			: undefined,
		remove: is('FDSTOREREMOVE') && isNamed ? name : undefined,
	};
}

/** Up to 255 printable ASCII characters, but not the colon that stands between names. */
function isDescriptorName(name: string): boolean {
	return /^[ -9;-~]{1,255}$/.test(name);
}

const statusMost = 256;

/** Cut where a UTF-8 character ends. */
function oneLine(text: string): string {
	// What is neither printable ASCII nor a byte of a longer character.
	const line = text.replace(/[^ -~\x80-\xff]+/g, ' ').trim();
	let cut = Math.min(line.length, statusMost);
	while (cut > statusMost - 3 && (line.charCodeAt(cut) & 0xc0) === 0x80) {
		cut--;
	}
	return line.slice(0, cut);
}

function whole(text: string | undefined, most: number): number | undefined {
	return text !== undefined && /^[0-9]{1,10}$/.test(text) && Number(text) <= most ? Number(text) : undefined;
}

/** What a timer can wait at most, milliseconds. */
const longest = 2 ** 31 - 1;

/** Of microseconds, as many as 64 bits hold; those that are no whole millisecond are rounded up. */
function milliseconds(text: string | undefined): number | undefined {
	return text !== undefined && /^[0-9]{1,20}$/.test(text)
		? Math.min(Math.ceil(Number(text) / 1000), longest)
		: undefined;
}
