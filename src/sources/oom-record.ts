/** Whom the kernel killed because memory ran out. */
export type OomKill = {
	readonly pid: number;
	/** latin1. */
	readonly comm: string;
};

/**
 * Reads one record of /dev/kmsg (Documentation/ABI/testing/dev-kmsg): whom it says was killed, of the machine's memory or
 * of that of a control group; undefined for any other. What a process wrote there itself is not the kernel's word.
 */
export function oomKillIn(record: string): OomKill | undefined {
	const [, priority, text] = /^(\d+),[^;]*;([^\n]*)/.exec(record) ?? [];
	if (text === undefined || Number(priority) >> 3 !== kernel) {
		return undefined;
	}
	const [, pid, comm] = /(?:^|: )Killed process (\d+) \((.*)\),? (?:UID|total-vm|vmsize)/i.exec(text) ?? [];
	return comm === undefined ? undefined : { pid: Number(pid), comm: unescaped(comm) };
}

/** The facility of syslog(3) that only the kernel itself has. */
const kernel = 0;

function unescaped(text: string): string {
	return text.replace(/\\x([0-9a-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}
