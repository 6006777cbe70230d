import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { temporary } from '../archon.ts';
import { archonctl, ctl } from './archonctl.ts';
import { peer, says } from './peer.ts';

const folder = new URL('../../docs/completion/', import.meta.url).pathname;
const rows =
	'Columns,name,kind,state\nRow,web-1,daemon,running\nRow,web-2,daemon,failed\nRow,db,daemon,running\nOk\n';
const nobody = '/nonexistent/socket';

/** What a shell offers for a line that ends at the cursor. */
type Offer = (line: string, socket: string) => Promise<string[]>;

const shells: Record<string, Offer> = {
	bash: (line, socket) => {
		const words = line.split(' ');
		const script = `. ${folder}archonctl.bash
			COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}) COMP_CWORD=${words.length - 1}
			_archonctl archonctl '${words.at(-1)}' '${words.at(-2)}'
			printf '%s\\n' "\${COMPREPLY[@]}"`;
		return said(['bash', '--norc', '-c', script], socket);
	},
	zsh: (line, socket) => said(['zsh', '-f', `${import.meta.dirname}/completion.zsh`, folder, line], socket),
	fish: (line, socket) => {
		const script = `source ${folder}archonctl.fish; complete -C '${line}'`;
		return said(['fish', '--no-config', '-c', script], socket);
	},
};

/** Runs a shell that finds archonctl in its PATH; its complaints are a mistake. */
async function said([shell = '', ...args]: string[], socket: string): Promise<string[]> {
	const home = temporary();
	symlinkSync(archonctl, `${home}/archonctl`);
	const child = spawn(shell, args, {
		cwd: home,
		env: { PATH: `${home}:${process.env['PATH']}`, HOME: home, ARCHON_SOCKET: socket, TERM: 'xterm' },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const read = async (stream: NodeJS.ReadableStream) => {
		let text = '';
		for await (const chunk of stream.setEncoding('utf8')) {
			text += chunk;
		}
		return text;
	};
	const [stdout, stderr] = await Promise.all([read(child.stdout), read(child.stderr)]);
	expect(stderr).toBe('');
	return stdout
		.split('\n')
		.map((row) => row.replace(/\t.*/, ''))
		.filter((row) => row !== '');
}

for (const [shell, offer] of Object.entries(shells)) {
	const there = spawnSync(shell, ['-c', 'true']).status === 0;
	const it = test.skipIf(!there);
	const offers = async (line: string, socket = nobody) => (await offer(line, socket)).sort();

	it(`${shell} knows the verbs`, async () => {
		expect(await offers('archonctl sta')).toEqual(['start', 'start-daemon', 'status']);
	});

	it(`${shell} knows the names there are, from the socket that is named, and is silent without a daemon`, async () => {
		const daemon = await peer(says(rows));
		expect(await offers('archonctl stop web', daemon.socket)).toEqual(['web-1', 'web-2']);
		expect(await offers(`archonctl --socket ${daemon.socket} logs d`)).toContain('db');
		expect(await offers('archonctl stop web')).toEqual([]);
	});

	it(`${shell} knows states, signals and the values of options`, async () => {
		expect(await offers('archonctl wait web st')).toEqual(['starting', 'stopped', 'stopping']);
		expect(await offers('archonctl signal web U')).toEqual(['USR1', 'USR2']);
		expect(await offers('archonctl --color a')).toEqual(['always', 'auto']);
		expect(await offers('archonctl events --types process.st')).toEqual([
			'process.started',
			'process.starting',
			'process.stopped',
			'process.stopping',
		]);
	});

	it(`${shell} knows the options of a verb`, async () => {
		expect(await offers('archonctl logs web --li')).toEqual(['--lines']);
		expect(await offers('archonctl run --na')).toEqual(['--name']);
	});

	it(`archonctl prints the completion of ${shell}`, async () => {
		const { code, stdout } = await ctl(['completion', shell]);
		const file = shell === 'zsh' ? '_archonctl' : `archonctl.${shell}`;
		expect(code).toBe(0);
		expect(stdout).toBe(readFileSync(`${folder}${file}`, 'utf8'));
	});
}

test('bash completes a program behind --, then its files', async () => {
	const home = temporary();
	writeFileSync(`${home}/a-file`, '');
	const offer = shells['bash'] as Offer;
	expect(await offer('archonctl run -- mkfif', nobody)).toContain('mkfifo');
	expect(await offer(`archonctl run -- cat ${home}/a-f`, nobody)).toEqual([`${home}/a-file`]);
});

test('completion of nothing, or of an unknown shell, is wrong usage', async () => {
	expect(await ctl(['completion'])).toEqual({
		code: 2,
		stdout: '',
		stderr: 'archonctl: a shell is missing\nusage: archonctl completion bash|zsh|fish\n',
	});
	expect(await ctl(['completion', 'csh'])).toMatchObject({ code: 2, stdout: '' });
	expect((await ctl(['completion', '--help'])).stdout).toContain('~/.config/fish/completions/archonctl.fish');
});

test.skipIf(spawnSync('zsh', ['-c', 'true']).status !== 0)(
	'zsh may also read the file by source',
	async () => {
		const script = `compdef() { print -r -- "$@" }; source ${folder}_archonctl`;
		expect(await said(['zsh', '-f', '-c', script], nobody)).toEqual(['_archonctl archonctl']);
	},
);
