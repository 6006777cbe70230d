import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

// scripts/start.mjs on a terminal of its own, which script(1) makes.
const root = join(import.meta.dirname, '../..');
let folder: string;
let terminal: ReturnType<typeof startOnTerminal>;

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'archon-start-'));
	terminal = startOnTerminal();
	await terminal.shows('daemon.started');
});

afterEach(async () => {
	terminal.type('\x03');
	await terminal.exit;
	rmSync(folder, { recursive: true });
});

test('the socket is told, then each event as a line', async () => {
	expect(terminal.text()).toContain(`archond: listening on ${folder}/s\r\n`);
	await archonctl('run', '--name', 'seen', 'true');
	await terminal.shows(/process\.started +seen .*\r\n.*process\.exited +seen /);
});

test('Ctrl-C ends archond in order, and its last event is still printed', async () => {
	terminal.type('\x03');
	expect(await terminal.exit).toBe(0);
	expect(terminal.text()).toContain('daemon.stopping');
});

test('the exit code is that of archond', async () => {
	const second = startOnTerminal();
	expect(await second.exit).toBe(1);
});

test('Ctrl-S stops the follower and not the daemon', async () => {
	await flow('TCOOFF');
	await archonctl('run', '--name', 'unseen', 'true');
	await archonctl('run', '--name', 'unseen-too', 'true');
	expect(terminal.text()).not.toContain('unseen');
	await flow('TCOON');
	await terminal.shows('unseen-too');
});

test('a held terminal does not hold the end', async () => {
	await flow('TCOOFF');
	await archonctl('shutdown');
	expect(await terminal.exit).toBe(0);
});

// What Ctrl-S and Ctrl-Q do to a terminal; done when this returns, where a typed key is still on its way.
function flow(action: 'TCOOFF' | 'TCOON') {
	const [path = ''] = /\/dev\/\S+/.exec(terminal.text()) ?? [];
	const code = `import os, termios; termios.tcflow(os.open("${path}", os.O_RDWR | os.O_NOCTTY), termios.${action})`;
	return promisify(execFile)('python3', ['-c', code]);
}

function archonctl(...words: string[]) {
	return promisify(execFile)(join(root, 'bin/archonctl'), ['--socket', join(folder, 's'), ...words]);
}

function startOnTerminal() {
	const options = `--socket ${folder}/s --state-dir ${folder}/state --log-dir ${folder}/log`;
	const command = `tty; exec ${process.execPath} ${root}/scripts/start.mjs ${options}`;
	const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], { cwd: folder });
	let text = '';
	let told = () => {};
	child.stdout.setEncoding('utf8').on('data', (chunk) => {
		text += stripVTControlCharacters(chunk);
		told();
	});
	return {
		exit: new Promise((resolve) => child.once('close', resolve)),
		text: () => text,
		type: (keys: string) => child.stdin.write(keys),
		async shows(what: string | RegExp) {
			const pattern = typeof what === 'string' ? new RegExp(what.replaceAll('.', '\\.')) : what;
			while (!pattern.test(text)) await new Promise<void>((resolve) => (told = resolve));
		},
	};
}
