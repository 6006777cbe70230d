import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporary } from '../../archon.ts';
import { until } from '../until.ts';
import { asRoot, Inside } from './inside.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const page = readFileSync(`${root}docs/init.md`, 'utf8');

/** The examples of docs/init.md under a heading, with their language. */
function examples(heading: string): { language: string; text: string }[] {
	const from = page.indexOf(`\n## ${heading}\n`);
	const to = page.indexOf('\n## ', from + 1);
	return [...page.slice(from, to).matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(
		([, language = '', text = '']) => ({
			language,
			text,
		}),
	);
}

const [container, namespace, machine, boot] = [
	'A container',
	'A PID namespace',
	'A machine',
	'The boot script',
].map(examples);

/** A system of its own: the places that archond has without options, on file systems that are gone with the namespace. */
class System {
	readonly directory = temporary();

	constructor() {
		mkdirSync(`${this.directory}/etc/archon`, { recursive: true });
	}

	/** Puts a file into /etc. */
	put(name: string, text: string): void {
		writeFileSync(`${this.directory}/etc/${name}`, text);
		chmodSync(`${this.directory}/etc/${name}`, 0o755);
	}

	/** Runs a command line as process 1; `mounted`: what is to be mounted where, before. */
	begin(command: string, mounted = '/run /var/lib /var/log'): Inside {
		const setup = [
			`for at in ${mounted}; do mount -t tmpfs none $at; done`,
			`mkdir -p ${this.directory}/run`,
			`cp -a /etc/passwd /etc/group /etc/ld.so.cache ${this.directory}/etc`,
			`mount --bind ${this.directory}/etc /etc`,
			`PATH=${root}bin:$PATH`,
			`cd /; ${command}`,
		].join('; ');
		return Inside.raw(['sh', '-c', setup], ['--uts', '--net']);
	}
}

/** Asks the archond that has its usual places, from within its namespace. */
const ctl = (inside: Inside, ...args: string[]) => inside.run([`${root}bin/archonctl`, ...args]);

asRoot('the container: its entry point, its exit code, its output', async () => {
	const system = new System();
	const [docker, toml] = container ?? [];
	system.put('archon/archon.toml', toml?.text ?? '');
	const [, entryPoint = '[]'] = /^ENTRYPOINT (.*)$/m.exec(docker?.text ?? '') ?? [];
	const words = JSON.parse(entryPoint) as string[];
	expect(words.slice(0, 3)).toEqual(['archond', '--init', '--foreground']);
	const inside = system.begin(`exec ${words.join(' ')}`);
	await until(() => inside.said.includes('serving\n'));
	expect(await ctl(inside, 'logs', 'cache')).toContain('ready');
	inside.unshare.stdin?.end('hello\n');
	expect(await inside.ended).toBe(7);
	expect(inside.said).toContain('got hello\n');
});

asRoot('the PID namespace', async () => {
	const [example] = namespace ?? [];
	const system = new System();
	const [, options = '', command = ''] = /^unshare (.*?) (archond .*)\n$/.exec(example?.text ?? '') ?? [];
	expect(options).toBe('--pid --fork --mount-proc');
	const inside = system.begin(`exec ${command}`);
	await until(() => inside.said.includes('listening on /run/archon/archon.sock'));
	expect(await ctl(inside, 'status', '--json')).toBe('[]\n');
	await ctl(inside, 'reboot');
	expect(await inside.ended).toBe('SIGHUP');
});

asRoot('the machine: the script that becomes archond, and the boot script', async () => {
	const [init, rc, terminals] = machine ?? [];
	const system = new System();
	system.put('rc', `${rc?.text}ip link show lo >&2; hostname >&2; echo booted >&2\n`);
	system.put('archon/archon.toml', '');
	// The root of this machine is not ours to remount.
	const text = init?.text ?? '';
	expect(text).toContain('\nmount -o remount,rw /\n');
	system.put(
		'init',
		text.replace('\nmount -o remount,rw /\n', '\n').replace(/^export PATH=/m, '$&'.concat(`${root}bin:`)),
	);
	const inside = system.begin('exec /etc/init', '/var/lib /var/log');
	await until(() => inside.said.includes('listening on'));
	await until(async () => (await ctl(inside, 'status', 'rc', '--json')).includes('"exited"'));
	const log = await ctl(inside, 'logs', 'rc');
	expect(log).toMatch(/lo: <LOOPBACK,UP/);
	expect(log).toMatch(/archon\n/);
	expect(await ctl(inside, 'status', 'rc', '--json')).toContain('"exit:0"');
	system.put('terminals.toml', terminals?.text ?? '');
	expect(await inside.run([`${root}bin/archond`, '--check', '/etc/terminals.toml'])).toBe('');
	await ctl(inside, 'power-off');
	expect(await inside.ended).toBe('SIGINT');
});

asRoot('the boot unit of the configuration', async () => {
	const [toml] = boot ?? [];
	const system = new System();
	system.put('archon/archon.toml', toml?.text ?? '');
	const inside = system.begin('exec archond --init');
	await until(() => inside.said.includes('listening on'));
	await ctl(inside, 'wait', 'app', 'running');
	const rows = JSON.parse(await ctl(inside, 'events', '--types', 'process.*', '--json')) as {
		type: string;
		name: string;
	}[];
	const order = rows.map(({ type, name }) => `${type} ${name}`);
	expect(order.indexOf('process.exited rc')).toBeGreaterThan(0);
	expect(order.indexOf('process.exited rc')).toBeLessThan(order.indexOf('process.starting app'));
});

test('no example of the page is left out here', () => {
	const all = [...page.matchAll(/^```/gm)].length / 2;
	const taken = [container, namespace, machine, boot].flat().length;
	// The one of FreeBSD cannot be run here.
	expect([all, taken]).toEqual([8, 7]);
});
