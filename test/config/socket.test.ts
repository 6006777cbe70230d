import { expect, test } from 'vitest';
import { socket } from '../../src/config/socket.ts';
import { again, read } from './readers.ts';

test('an address is read, a path from the folder of the file', () => {
	const tcp = { tag: 'tcp', host: '0.0.0.0', port: 80, v6only: false };
	expect(read(socket(), '"tcp:0.0.0.0:80"')).toEqual(tcp);
	expect(read(socket(), '"unix:x/../y.sock"')).toEqual({ tag: 'unix', path: '/srv/y.sock' });
	expect(read(socket(), '"unix:/run/y.sock"')).toEqual({ tag: 'unix', path: '/run/y.sock' });
	expect(again(socket(), { tag: 'udp', host: '::', port: 1, v6only: true })).toEqual({
		tag: 'udp',
		host: '::',
		port: 1,
		v6only: true,
	});
});

test('anything else is a mistake', () => {
	const expected = 'expected "tcp:HOST:PORT", "udp:HOST:PORT" or "unix:PATH"';
	expect(read(socket(), '8080')).toEqual({ wrong: [`${expected}, got the number 8080`] });
	expect(read(socket(), '"8080"')).toEqual({ wrong: [`${expected}, got "8080"`] });
	expect(read(socket(), '"unix:"')).toMatchObject({ wrong: [expect.stringContaining('an absolute path')] });
	expect(read(socket(), '"tcp:localhost:80"')).toMatchObject({
		wrong: [expect.stringMatching(/^"tcp:localhost:80": expected an IP address and a port/)],
	});
});

test('an abstract socket is of Linux alone', () => {
	expect(read(socket('linux'), '"unix:@web"')).toEqual({ tag: 'unix', path: '@web' });
	expect(read(socket('freebsd'), '"unix:@web"')).toMatchObject({
		wrong: ['"unix:@web": an abstract socket is of Linux alone; for a file of that name write unix:./@web'],
	});
	expect(read(socket('freebsd'), '"unix:./@web"')).toEqual({ tag: 'unix', path: '/srv/@web' });
});
