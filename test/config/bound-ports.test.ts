import { expect, test } from 'vitest';
import { isRefusal } from '../../src/base/refusal.ts';
import { BoundPorts } from '../../src/config/bound-ports.ts';
import { parseSocket } from '../../src/service/address.ts';

/** Who is in the way of the last of these, each of a service `s0`, `s1`, ... */
function inTheWay(...texts: string[]): string | undefined {
	const ports = new BoundPorts();
	return texts
		.map((text, i) => {
			const address = parseSocket(text);
			if (address === undefined || isRefusal(address)) {
				throw new Error(text);
			}
			return ports.conflict(address, `s${i}`)?.name;
		})
		.at(-1);
}

test.each([
	['tcp:0.0.0.0:80', 'tcp:127.0.0.1:80'],
	['tcp:127.0.0.1:80', 'tcp:0.0.0.0:80'],
	['tcp:0.0.0.0:80', 'tcp:[::]:80'],
	['tcp:[::]:80', 'tcp:127.0.0.1:80'],
	['tcp:[::]:80,v6only', 'tcp:[::1]:80'],
	['tcp:[::]:80', 'tcp:[::]:80,v6only'],
	['udp:0.0.0.0:80', 'udp:127.0.0.1:80'],
	['udp:[::]:80', 'udp:[::1]:80'],
])('%s is in the way of %s', (first, second) => {
	expect(inTheWay(first, second)).toBe('s0');
	expect(inTheWay(second, first)).toBe('s0');
});

test.each([
	['tcp:0.0.0.0:80', 'tcp:127.0.0.1:81'],
	['tcp:0.0.0.0:80', 'udp:127.0.0.1:80'],
	['tcp:0.0.0.0:80', 'tcp:[::]:80,v6only'],
	['tcp:0.0.0.0:80', 'tcp:[::1]:80'],
	['tcp:127.0.0.1:80', 'tcp:127.0.0.2:80'],
	['unix:/a', 'unix:/b'],
])('%s is not in the way of %s', (first, second) => {
	expect(inTheWay(first, second)).toBeUndefined();
	expect(inTheWay(second, first)).toBeUndefined();
});
