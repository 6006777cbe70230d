import { constants } from 'node:os';

/** glibc's numbers: the kernel's first two real-time signals are taken by its threads (signal(7)). */
const firstRealTime = 34;
const last = 64;
const secondNames = ['SIGIOT', 'SIGPOLL'];
const numbers = new Map(
	Object.entries(constants.signals).map(([name, number]) => [name.slice(3), Number(number)]),
);
const names = new Map(
	Object.entries(constants.signals)
		.filter(([name]) => !secondNames.includes(name))
		.map(([name, number]) => [Number(number), name.slice(3)]),
);

/**
 * The number of a signal written `HUP`, `SIGHUP`, `1`, `RTMIN+3` or `RTMAX-1`: 1 to 64; undefined for
 * anything else.
 */
export function signalNumber(text: string): number | undefined {
	if (/^[1-9][0-9]?$/.test(text)) {
		const number = Number(text);
		return number <= last ? number : undefined;
	}
	const name = text.startsWith('SIG') ? text.slice(3) : text;
	return numbers.get(name) ?? realTime(name);
}

/** `TERM`, `RTMIN+3`; for a number without a name the number. */
export function signalName(number: number): string {
	if (number >= firstRealTime && number <= last) {
		return number === firstRealTime ? 'RTMIN' : `RTMIN+${number - firstRealTime}`;
	}
	return names.get(number) ?? String(number);
}

function realTime(name: string): number | undefined {
	const [, end, distance = '0'] = /^(RTMIN(?=\+|$)|RTMAX(?=-|$))(?:[+-]([0-9]{1,2}))?$/.exec(name) ?? [];
	if (end === undefined) {
		return undefined;
	}
	const number = end === 'RTMIN' ? firstRealTime + Number(distance) : last - Number(distance);
	return number >= firstRealTime && number <= last ? number : undefined;
}
