import { count, name as nameField } from '../base/field.ts';
import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import { shown } from '../base/shown.ts';
import { rowReply } from '../protocol/reply.ts';
import type { LogLine } from '../supervisor/logfile.ts';
import { request } from './request.ts';

const defaultLines = 100;
const mostLines = 10_000;

export const logs = request({
	name: 'Logs',
	summary: 'Show the last lines that a process wrote (100 unless lines= says otherwise).',
	needs: 'observe',
	args: { name: nameField },
	rest: '[,lines=<count>]',
	columns: ['name', 'time', 'stream', 'line'],
	async handle({ name }, { shared: { supervisor } }, rest) {
		const lines = linesOf(rest);
		if (isRefusal(lines)) {
			return lines;
		}
		const found = await supervisor.logs.tail(name, lines);
		if (found === undefined && supervisor.table.get(name) === undefined) {
			return refuse(`nothing is called "${name}" and there is no log of it`);
		}
		return { tag: 'rows', lines: rowsOf(name, found ?? []) };
	},
});

/** One by one, as they are sent: to escape a log of some MiB at once would hold up everybody. */
function* rowsOf(name: string, lines: readonly LogLine[]): Generator<string> {
	for (const { time, stream, line } of lines) {
		yield rowReply([name, time, stream, line]);
	}
}

function linesOf(rest: readonly string[]): number | Refusal {
	const [option, more] = rest;
	if (option === undefined) {
		return defaultLines;
	}
	if (!option.startsWith('lines=')) {
		return refuse(`${shown(option)} is not known: Logs,<name>[,lines=<count>]`);
	}
	const lines = count.read(option.slice('lines='.length));
	if (isRefusal(lines)) {
		return refuse(`lines: ${lines.refused}`);
	}
	if (more !== undefined) {
		return refuse(`${shown(more)} is a field too many: Logs,<name>[,lines=<count>]`);
	}
	return lines <= mostLines ? lines : refuse(`lines=${lines} is too many: ${mostLines} at most`);
}
