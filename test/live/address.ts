import { randomInt } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

/** A loopback address that no other test has. */
export function loopback(): string {
	return `127.${randomInt(1, 255)}.${randomInt(0, 255)}.${randomInt(1, 255)}`;
}

/** How many ports in a row a test file may use. */
const row = 16;

/**
 * With those behind it, ports that nobody had when the test began: who listens on one at all addresses (0.0.0.0) has it
 * at every loopback address too. Below those that the system gives to who asks for any.
 */
export const port = freePort();

function freePort(): number {
	const taken = new Set(['tcp', 'tcp6', 'udp', 'udp6'].flatMap(portsOf));
	for (;;) {
		const first = randomInt(10_000, 30_000);
		if (!Array.from({ length: row }, (_, i) => first + i).some((it) => taken.has(it))) {
			return first;
		}
	}
}

/** The ports of that kind which somebody has (proc_net_tcp(5)); there may be no IPv6. */
function portsOf(kind: string): number[] {
	const path = `/proc/net/${kind}`;
	const lines = existsSync(path) ? readFileSync(path, 'latin1').split('\n').slice(1, -1) : [];
	return lines.map((line) => Number.parseInt(/^ *\d+: [0-9A-F]+:([0-9A-F]{4}) /.exec(line)?.[1] ?? '', 16));
}
