import { type Refusal, refuse } from '../base/refusal.ts';
import { type Frame, Framer } from './frame.ts';
import { joinRecord } from './join.ts';
import { badBecause } from './quoting.ts';
import { parseRecord } from './record.ts';

/** The argument vector that a field holds as exactly one CSV record: the program and what it is given. */
export function parseArgs(field: string): string[] | Refusal {
	if (field === '') {
		return refuse(`the program is empty; ${form}`);
	}
	const frames = framesOf(field);
	const [frame] = frames;
	if (frame === undefined) {
		return refuse(`the arguments are an empty line; ${form}`);
	}
	if (frames.length > 1) {
		return refuse(
			'the arguments are more than one CSV record; a line break inside an argument needs quotes around it',
		);
	}
	if (frame.tag !== 'record') {
		return refuse(`the arguments are no CSV record: ${frame.tag === 'bad' ? frame.why : 'too long'}`);
	}
	const args = parseRecord(frame.text, frame.quoted);
	if (Array.isArray(args) && args[0] === '') {
		return refuse(`the program is empty; ${form}`);
	}
	return args;
}

/** The field that `parseArgs` reads as these arguments. */
export function formatArgs(args: readonly string[]): string {
	return joinRecord(args);
}

const form = 'the arguments are one field that holds a CSV record, as in Run,ls or Run,"ls,-l"';

/** A `\r` at the end of the field is data: only the line break put behind it here is taken off again. */
function framesOf(field: string): Frame[] {
	const framer = new Framer(field.length + 2);
	framer.push(`${field}\r\n`);
	const frames: Frame[] = [];
	for (let frame = framer.next(); frame !== undefined; frame = framer.next()) {
		frames.push(frame);
	}
	const rest = framer.end();
	return rest === undefined ? frames : [...frames, { tag: 'bad', why: badBecause.open, fds: rest.fds }];
}
