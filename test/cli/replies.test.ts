import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { expect, test } from 'vitest';
import { archonctl, ctl, resultOf } from './archonctl.ts';
import { barred } from './barred.ts';
import { listener, peer, says } from './peer.ts';

test('Ok is exit code 0 and says nothing', async () => {
	const daemon = await peer(says('Ok\n'));
	expect(await ctl(['ping'], daemon)).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('Error is exit code 1, its reason on standard error', async () => {
	const daemon = await peer(says('Error,"no daemon is called ""web"", or ""db"""\n'));
	const { code, stdout, stderr } = await ctl(['stop', 'web'], daemon);
	expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
	expect(stderr).toBe('archonctl: no daemon is called "web", or "db"\n');
});

test('a reason is told in UTF-8, without what could steer a terminal', async () => {
	const daemon = await peer(says('Error,\\u{fc}ber \\u{1b}[2J \\x{ff} \\\\ \\u{202e}\n'));
	const { stderr } = await ctl(['ping'], daemon);
	expect(stderr).toBe('archonctl: über \\u{1b}[2J \\x{ff} \\ \\u{202e}\n');
});

test('a reply may arrive byte by byte', async () => {
	const daemon = await peer(async (_, connection) => {
		for (const byte of 'Columns,name\nRow,"a,b"\nOk\n') {
			connection.write(byte);
			await new Promise(setImmediate);
		}
	});
	expect(await ctl(['status'], daemon)).toEqual({ code: 0, stdout: 'name\na,b\n', stderr: '' });
});

test('a connection that ends before the final reply is exit code 3', async () => {
	const daemon = await peer((_, connection) => connection.end('Columns,name\nRow,web\n'));
	expect(await ctl(['status'], daemon)).toEqual({
		code: 3,
		stdout: '',
		stderr: 'archonctl: the connection ended before the reply\n',
	});
});

test('a connection that is reset before the final reply is exit code 3', async () => {
	const socket = await listener((connection) => connection.destroy());
	expect(await ctl(['run', 'ls'], { socket })).toMatchObject({ code: 3 });
	expect(await ctl(['ping'], { socket })).toMatchObject({ code: 3 });
});

test('a reply cut off in its middle is no reply', async () => {
	const daemon = await peer((_, connection) => connection.end('Ok'));
	expect(await ctl(['ping'], daemon)).toMatchObject({ code: 3 });
});

test('an Error told while the record is still being written is read', async () => {
	const socket = await listener((connection) => {
		connection.end('Error,the record is too long\n', () => connection.destroy());
	});
	const long = 'x'.repeat(120_000);
	const { code, stderr } = await ctl(['events', ...Array.from({ length: 9 }, () => `names=${long}`)], {
		socket,
	});
	expect({ code, stderr }).toEqual({ code: 1, stderr: 'archonctl: the record is too long\n' });
});

test.each(['HTTP/1.1 400 Bad Request\n', 'Row,early\n', 'Ok"\n', '\n'])(
	'something else that answers (%j) is no daemon: exit code 3',
	async (text) => {
		const other = await peer(says(text));
		expect(await ctl(['status'], other)).toMatchObject({
			code: 3,
			stderr: 'archonctl: what answers there is no archond\n',
		});
	},
);

test('no socket there, or nobody who answers on it, is exit code 3', async () => {
	const missing = await ctl(['ping'], { socket: '/nonexistent/socket' });
	expect(missing).toEqual({
		code: 3,
		stdout: '',
		stderr: 'archonctl: no daemon answers on /nonexistent/socket (is archond running?)\n',
	});
	const left = `${await listener(() => {})}-left`;
	fs.writeFileSync(left, '');
	expect(await ctl(['ping', '--socket', left])).toMatchObject({
		code: 3,
		stderr: `archonctl: no daemon answers on ${left} (is archond running?)\n`,
	});
});

test('who may not connect hears that a daemon may be there, and what to do: exit code 3', () => {
	const { socket, said } = barred('ping');
	expect(said).toEqual({
		status: 3,
		stdout: '',
		stderr: `archonctl: you may not connect to ${socket}, where a daemon may be: ask as its user or as root, or have [access] in its configuration name you\n`,
	});
});

test('a path too long for a socket is exit code 3 and says so', async () => {
	const { code, stderr } = await ctl(['--socket', `/${'x'.repeat(120)}`, 'ping']);
	expect(code).toBe(3);
	expect(stderr).toContain('File name too long');
});

test('without standard descriptors nothing gets into the socket, and an answer that nobody gets is a failure', async () => {
	const daemon = await peer(says('Columns,name\nRow,web\nOk\n'));
	const child = spawn('sh', ['-c', 'exec "$0" status <&- >&- 2>&-', archonctl], {
		env: { ARCHON_SOCKET: daemon.socket },
		stdio: 'ignore',
	});
	expect(await once(child, 'close')).toEqual([1, null]);
	expect(daemon.heard).toEqual([['Status']]);
});

test.each([
	['status', '>&-', 'archonctl: cannot write: Bad file descriptor\n1\n'],
	['--help', '>&-', 'archonctl: cannot write: Bad file descriptor\n1\n'],
	['--version', '>/dev/full', 'archonctl: cannot write: No space left on device\n1\n'],
	['completion bash', '>/dev/full', 'archonctl: cannot write: No space left on device\n1\n'],
	['ping', '>&-', '0\n'],
])('%s %s says why it could not answer, if there is an answer', async (words, redirection, stderr) => {
	const daemon = await peer((record, connection) => {
		connection.write(record[0] === 'Ping' ? 'Ok\n' : 'Columns,name\nRow,web\nOk\n');
	});
	const child = spawn('sh', ['-c', `"$0" ${words} ${redirection}; echo $? >&2`, archonctl], {
		env: { ARCHON_SOCKET: daemon.socket },
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	expect(await resultOf(child)).toMatchObject({ stderr });
});

test('a full disk is exit code 1 and says so', async () => {
	const daemon = await peer(says('Columns,name\nRow,web\nOk\n'));
	const child = spawn('sh', ['-c', 'exec "$0" status >/dev/full', archonctl], {
		env: { ARCHON_SOCKET: daemon.socket },
		stdio: ['ignore', 'ignore', 'pipe'],
	});
	const [[text], [code]] = await Promise.all([once(child.stderr, 'data'), once(child, 'close')]);
	expect(String(text)).toBe('archonctl: cannot write: No space left on device\n');
	expect(code).toBe(1);
});

test('the lines of save go out bare and as they are', async () => {
	const daemon = await peer(says('Columns,line\nRow,"a = ""\\u{fc}\\\\ \\u{202e}"""\nRow,\nRow,b\nOk\n'));
	expect((await ctl(['save', 'web'], daemon)).stdout).toBe('a = "ü\\ \u202e"\n\nb\n');
});
