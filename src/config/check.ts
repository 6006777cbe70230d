import { linearPattern } from '../base/linear.ts';
import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import { shown } from '../base/shown.ts';
import { formatArgs, parseArgs } from '../protocol/args.ts';
import type { Check, Ready } from '../service/service.ts';
import { type Reader, word } from './reader.ts';

/** When a service counts as ready. */
export const ready: Reader<Ready> = word(
	'"exec", "notify", "fd:N", "log:PATTERN", "tcp:HOST:PORT", "http://HOST/PATH" or "run:COMMAND"',
	parseReady,
	formatReady,
);

/** What a probe tries. */
export const check: Reader<Check> = word(
	'"tcp:HOST:PORT", "http://HOST/PATH" or "run:COMMAND"',
	parseCheck,
	formatReady,
);

/** The highest descriptor that can be `fd:N`: beyond it the usual limit of open files begins to matter. */
const highestFd = 255;

function parseReady(given: string): Ready | Refusal | undefined {
	if (given === 'exec' || given === 'notify') {
		return { tag: given };
	}
	if (given.startsWith('fd:')) {
		const fd = Number(given.slice('fd:'.length));
		return /^fd:[0-9]{1,3}$/.test(given) && fd >= 3 && fd <= highestFd
			? { tag: 'fd', fd }
			: refuse(`${shown(given)}: a descriptor from 3 to ${highestFd} is expected, as in "fd:3"`);
	}
	return given.startsWith('log:') ? parsePattern(given.slice('log:'.length)) : parseCheck(given);
}

function parsePattern(pattern: string): Ready | Refusal {
	const matcher = linearPattern(pattern);
	if (isRefusal(matcher)) {
		return refuse(`${shown(`log:${pattern}`)}: ${matcher.refused}`);
	}
	return pattern === '' ? refuse('"log:" needs a pattern, as in "log:^ready"') : { tag: 'log', pattern };
}

function parseCheck(given: string): Check | Refusal | undefined {
	if (given.startsWith('tcp:')) {
		return parseTcp(given);
	}
	if (given.startsWith('run:')) {
		const args = parseArgs(given.slice('run:'.length));
		if (isRefusal(args)) {
			return refuse(`${shown(given)}: expected a command as a CSV record, as in "run:./check.sh,-q"`);
		}
		return args.some((arg) => arg.includes('\0'))
			? refuse(`${shown(given)} holds a NUL`)
			: { tag: 'run', args };
	}
	if (/^https?:/.test(given)) {
		return isHttp(given)
			? { tag: 'http', url: given }
			: refuse(`${shown(given)}: expected an address as in "http://127.0.0.1:8080/health"`);
	}
	return undefined;
}

/** An IPv6 host stands in brackets. */
function parseTcp(given: string): Check | Refusal {
	const [, bracketed, plain, digits = ''] =
		/^tcp:(?:\[([0-9A-Fa-f:.]{2,45}(?:%[A-Za-z0-9_.-]{1,15})?)\]|([A-Za-z0-9._-]{1,253})):([0-9]{1,5})$/.exec(
			given,
		) ?? [];
	const host = bracketed ?? plain;
	const port = Number(digits);
	return host !== undefined && port >= 1 && port <= 65535
		? { tag: 'tcp', host, port }
		: refuse(`${shown(given)}: expected a host and a port, as in "tcp:127.0.0.1:6390" or "tcp:[::1]:6390"`);
}

function isHttp(given: string): boolean {
	return /^http:\/\/[!-~]+$/.test(given) && URL.canParse(given) && isDecodable(new URL(given));
}

/** Who asks is told in a header, for which it is decoded: Node throws where it cannot be. */
function isDecodable({ username, password }: URL): boolean {
	try {
		decodeURIComponent(`${username}:${password}`);
		return true;
	} catch {
		return false;
	}
}

function formatReady(value: Ready): string {
	switch (value.tag) {
		case 'exec':
		case 'notify':
			return value.tag;
		case 'fd':
			return `fd:${value.fd}`;
		case 'log':
			return `log:${value.pattern}`;
		case 'tcp':
			return `tcp:${value.host.includes(':') ? `[${value.host}]` : value.host}:${value.port}`;
		case 'http':
			return value.url;
		case 'run':
			return `run:${formatArgs(value.args)}`;
	}
}
