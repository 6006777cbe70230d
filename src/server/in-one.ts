import { columnsReply, longestReply, okReply } from '../protocol/reply.ts';
import type { Answer } from '../requests/request.ts';

type RowsAnswer = Extract<Answer, { tag: 'rows' }>;

/** How many rows are looked at before others have their turn. */
const most = 1000;

/** All of an answer as one text that the keeper can send; where it is too long for that the same answer, of which nothing is missing. */
export function inOne(columns: readonly string[], { lines }: RowsAnswer): string | RowsAnswer {
	const rest = lines[Symbol.iterator]();
	const taken: string[] = [];
	let text = columnsReply(columns);
	for (let line = rest.next(); line.done !== true; line = rest.next()) {
		taken.push(line.value);
		text += line.value;
		if (taken.length >= most || text.length + okReply.length > longestReply) {
			return { tag: 'rows', lines: putBack(taken, rest) };
		}
	}
	return text + okReply;
}

function* putBack(taken: readonly string[], rest: Iterator<string>): Generator<string> {
	yield* taken;
	for (let line = rest.next(); line.done !== true; line = rest.next()) {
		yield line.value;
	}
}
