/**
 * The program behind `archonctl rules test FILE`: node dist/rules-test.cjs SOCKET text|json. It answers one request on
 * descriptor 3 as a daemon would, and when the other side has taken that, prints the summary.
 */
import { once } from 'node:events';
import net from 'node:net';
import { Framer } from '../protocol/frame.ts';
import { parseRecord } from '../protocol/record.ts';
import { errorReply, okReply } from '../protocol/reply.ts';
import { tryFile } from './try-file.ts';

const answersOn = 3;

void main();

async function main(): Promise<void> {
	const [socket = '', form = ''] = process.argv.slice(2);
	const answers = new net.Socket({ fd: answersOn });
	const closed = once(answers, 'close');
	// Whoever asked may be gone: there is nothing more to do.
	answers.on('error', () => process.exit(1));
	const [, file = '', since = 'since=1h'] = await request(answers);
	const say = (record: string) => void answers.write(record, 'latin1');
	const tried = await tryFile({ file, since: since.slice('since='.length), socket, say });
	process.exitCode = tried.code;
	if ('wrong' in tried) {
		for (const line of tried.wrong.slice(0, -1)) {
			process.stderr.write(`archonctl: ${line}\n`, 'latin1');
		}
		answers.end(errorReply(tried.wrong.at(-1) ?? ''), 'latin1');
		return;
	}
	answers.end(okReply, 'latin1');
	await closed;
	if (form === 'text') {
		process.stdout.on('error', () => {});
		process.stdout.write(`${tried.summary.join('\n')}\n`, 'latin1');
	}
}

/** The first record. */
async function request(from: net.Socket): Promise<string[]> {
	const framer = new Framer();
	for await (const chunk of from.setEncoding('latin1').iterator({ destroyOnReturn: false })) {
		framer.push(chunk as string);
		const frame = framer.next();
		if (frame?.tag === 'record') {
			const fields = parseRecord(frame.text, frame.quoted);
			return Array.isArray(fields) ? fields : [];
		}
	}
	return [];
}
