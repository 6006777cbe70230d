import { expect, test } from 'vitest';
import { isRefusal } from '../../src/base/refusal.ts';
import {
	bareAddress,
	fdName,
	formatAddress,
	isAbstract,
	longestPath,
	parseAddress,
	parseSocket,
} from '../../src/service/address.ts';

/** What a text is read as, written again; or why it is refused. */
function again(text: string): string | undefined {
	const address = parseSocket(text);
	return isRefusal(address) ? `no: ${address.refused}` : address && formatAddress(address);
}

test('an address reads as it is written, and equal ones alike', () => {
	const same = [
		'tcp:0.0.0.0:8080',
		'udp:127.0.0.1:1',
		'tcp:[::1]:65535',
		'tcp:[::]:80,v6only',
		'unix:/run/x.sock',
	];
	expect(same.map(again)).toEqual(same);
	expect(again('tcp:[0:0:0:0:0:0:0:0]:80,v6only')).toBe('tcp:[::]:80,v6only');
	expect(again('udp:[FE80:0::0:1]:7')).toBe('udp:[fe80::1]:7');
	expect(again('tcp:[::ffff:1.2.3.4]:80')).toBe('tcp:[::ffff:102:304]:80');
	expect(again('tcp:1.2.3.4:0080')).toBe('tcp:1.2.3.4:80');
	// No other address of IPv6 takes IPv4, so there it says nothing.
	expect(again('tcp:[::1]:80,v6only')).toBe('tcp:[::1]:80');
});

test('what is no address is refused', () => {
	const wrong = [
		'tcp:0.0.0.0:0',
		'tcp:0.0.0.0:65536',
		'tcp:256.0.0.0:80',
		'tcp:1.2.3:80',
		'tcp:01.2.3.4:80',
		'tcp:localhost:80',
		'tcp:::1:80',
		'tcp:[1.2.3.4]:80',
		'tcp:[::1:80',
		'tcp:[fe80::1%eth0]:80',
		'udp:',
		'tcp:1.2.3.4:80,v6only,v6only',
	];
	for (const text of wrong) {
		expect(again(text)).toMatch(
			/: expected an IP address and a port from 1 to 65535, as in "tcp:0.0.0.0:8080"/,
		);
	}
	expect(['http:1.2.3.4:80', '8080', ''].map(again)).toEqual([undefined, undefined, undefined]);
	expect(again('tcp:1.2.3.4:80,v6only')).toBe('no: "tcp:1.2.3.4:80": v6only is for IPv6');
	expect(again('unix:/x,v6only')).toBe('no: "unix:/x": v6only is for IPv6');
});

test('a path is absolute, and as long as sun_path takes it', () => {
	const path = (length: number) => `unix:/${'x'.repeat(length - 1)}`;
	expect(again(path(1))).toBe('unix:/');
	expect(again(path(longestPath))).toBe(path(longestPath));
	for (const text of [path(longestPath + 1), 'unix:x', 'unix:', 'unix:/a\0b']) {
		expect(again(text)).toMatch(
			/expected an absolute path of at most 107 bytes, or @NAME, as long, for an abstract socket$/,
		);
	}
});

test('an abstract socket has a name, as long as sun_path takes it', () => {
	const name = (length: number) => `unix:@${'x'.repeat(length - 1)}`;
	expect([name(2), name(longestPath), 'unix:@/a b'].map(again)).toEqual([
		name(2),
		name(longestPath),
		'unix:@/a b',
	]);
	expect(isAbstract(parseSocket('unix:@a') as never)).toBe(true);
	expect(isAbstract(parseSocket('unix:/@a') as never)).toBe(false);
	for (const text of [name(1), name(longestPath + 1), 'unix:@a\0b']) {
		expect(again(text)).toMatch(/: expected an absolute path/);
	}
});

test('v6only is a field of its own in BindFD', () => {
	const address = parseAddress('tcp:[::]:80', true);
	expect(address).toEqual({ tag: 'tcp', host: '::', port: 80, v6only: true });
	expect(bareAddress(address as never)).toBe('tcp:[::]:80');
	expect(parseAddress('tcp:[::]:80')).toMatchObject({ v6only: false });
});

test('the name of a descriptor has no colon and fits in LISTEN_FDNAMES', () => {
	const name = (text: string) => fdName(parseSocket(text) as never);
	expect(name('tcp:[::1]:80')).toBe('tcp_[__1]_80');
	expect(name('unix:/run/a b:c\xe9')).toBe('unix_/run/a_b_c_');
	expect(name(`unix:/${'x'.repeat(106)}`).length).toBeLessThan(256);
});
