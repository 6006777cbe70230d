import { unescapeText } from '../protocol/escape.ts';
import { splitRecord } from '../protocol/join.ts';
import { type Event, type EventType, eventTypes, readFrom } from './event.ts';

const head = 'Event,';
const interned = new Map<string, EventType>(eventTypes.map((type) => [type, type]));

/** The event a line of the journal holds (without its line break), or undefined for a damaged line. */
export function parseLine(line: string): Event | undefined {
	const seq = seqAt(line, 0);
	const values = splitRecord(line);
	if (!Number.isSafeInteger(seq) || values.length < 5) {
		return undefined;
	}
	const [, , iso, type, name, ...fields] = line.includes('\\') ? values.map(unescapeText) : values;
	const time = Date.parse(iso as string);
	if (Number.isNaN(time)) {
		return undefined;
	}
	// A type this version does not know was written by another one: shown as it is, not lost.
	const event = {
		seq,
		time,
		type: interned.get(type as string) ?? (type as EventType),
		name: name as string,
		fields,
	};
	readFrom(event, `${line}\n`);
	return event;
}

/** The number of the event in the line that begins at `start` of the text; NaN for a damaged line. */
export function seqAt(text: string, start: number): number {
	if (!text.startsWith(head, start)) {
		return Number.NaN;
	}
	let seq = 0;
	let at = start + head.length;
	for (; ; at++) {
		const digit = text.charCodeAt(at) - 48;
		if (!(digit >= 0 && digit <= 9)) {
			break;
		}
		seq = seq * 10 + digit;
	}
	return at > start + head.length && text[at] === ',' ? seq : Number.NaN;
}
