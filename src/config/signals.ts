import { refuse } from '../base/refusal.ts';
import { shown } from '../base/shown.ts';
import { signalName, signalNumber } from '../base/signal.ts';
import type { OnDegraded, Reload, Service } from '../service/service.ts';
import { isList, kindOf } from './node.ts';
import type { Toml } from './print.ts';
import { bad, command, expectedOf, type Reader, word } from './reader.ts';

/** A signal by its number, written by its name. */
export const signal: Reader<number> = word('a signal ("TERM", "HUP")', signalNumber, signalName);

/** What `Refresh` does. */
export const reload: Reader<Reload> = {
	expected: 'a signal ("HUP") or a command as a list',
	read(node, at) {
		if (isList(node.value)) {
			const args = command.read(node, at);
			return args === bad ? bad : { tag: 'command', args };
		}
		if (typeof node.value !== 'string') {
			return at.wrong(node.line, expectedOf(reload, kindOf(node.value)));
		}
		const number = signal.read(node, at);
		return number === bad ? bad : { tag: 'signal', signal: number };
	},
	write: (value) => (value.tag === 'signal' ? signalName(value.signal) : value.args),
};

/** Good ends. */
export const success: Reader<Service['success']> = {
	expected: 'a list of exit codes (0 to 255) and signals ("TERM")',
	read({ line, value }, at) {
		if (!isList(value)) {
			return at.wrong(line, expectedOf(success, kindOf(value)));
		}
		const codes = new Set<number>();
		const signals = new Set<string>();
		let isGood = true;
		for (const end of value) {
			const number = typeof end.value === 'string' ? signalNumber(end.value) : undefined;
			if (number !== undefined) {
				signals.add(signalName(number));
			} else if (isExitCode(end.value)) {
				codes.add(end.value + 0);
			} else {
				const got = typeof end.value === 'string' ? shown(end.value) : kindOf(end.value);
				at.wrong(end.line, `expected an exit code (0 to 255) or a signal ("TERM"), got ${got}`);
				isGood = false;
			}
		}
		return isGood ? { codes: [...codes], signals: [...signals] } : bad;
	},
	write: ({ codes, signals }): Toml => [...codes, ...signals],
};

export const onDegraded: Reader<OnDegraded> = word(
	'"restart", "none" or "signal:NAME"',
	(given) => {
		if (given === 'restart' || given === 'none') {
			return { tag: given };
		}
		if (!given.startsWith('signal:')) {
			return undefined;
		}
		const number = signalNumber(given.slice('signal:'.length));
		return number === undefined
			? refuse(`${shown(given.slice('signal:'.length))} is not a signal; write signal:HUP`)
			: { tag: 'signal', signal: number };
	},
	(value) => (value.tag === 'signal' ? `signal:${signalName(value.signal)}` : value.tag),
);

function isExitCode(value: unknown): value is number {
	return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255;
}
