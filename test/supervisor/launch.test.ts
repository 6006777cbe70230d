import { describe, expect, it } from 'vitest';
import { baseEnvironment, baseOfUser, type Launch, pack } from '../../src/supervisor/launch.ts';

function packed(args: string[], env: [string, string][] = [], own: [string, string][] = []) {
	const launch: Launch = { args, env: new Map(env), directory: '/srv', fds: [] };
	const { block, candidates, argc, envc } = pack(launch, new Map(own), ['/out', '/err']);
	const strings = block.toString('latin1').split('\0');
	const settings = strings.slice(candidates + argc, candidates + argc + envc);
	return {
		candidates: strings.slice(0, candidates),
		args: strings.slice(candidates, candidates + argc),
		env: new Map(settings.map((it) => [it.slice(0, it.indexOf('=')), it.slice(it.indexOf('=') + 1)])),
		rest: strings.slice(candidates + argc + envc),
	};
}

describe('a packed start', () => {
	it('holds candidates, arguments, settings, directory and the paths of its output', () => {
		const it = packed(['ls', '-l']);
		expect(it.candidates).toHaveLength(6);
		expect(it.candidates[0]).toBe('/usr/local/sbin/ls');
		expect(it.args).toEqual(['ls', '-l']);
		expect(it.rest).toEqual(['/srv', '/out', '/err', '']);
	});

	it('tries a program with a slash as it stands, and looks others up in the PATH that was given', () => {
		expect(packed(['./run.sh']).candidates).toEqual(['./run.sh']);
		expect(packed(['x'], [['PATH', '/a::/b']]).candidates).toEqual(['/a/x', './x', '/b/x']);
	});

	it('starts from the base environment, to which the settings are added', () => {
		const { env } = packed(
			['x'],
			[
				['LANG', 'de_DE'],
				['A', 'b=c'],
			],
		);
		expect([...env.keys()]).toEqual([...baseEnvironment().keys(), 'A']);
		expect([env.get('LANG'), env.get('A')]).toEqual(['de_DE', 'b=c']);
	});

	it('drops what is for archon to say', () => {
		const { env } = packed(
			['x'],
			[
				['ARCHON_SERVICE', 'mine'],
				['NOTIFY_SOCKET', '/x'],
				['LISTEN_FDS', '3'],
				['WATCHDOG_USEC', '1'],
			],
			[['ARCHON_SERVICE', 'web']],
		);
		expect(env.get('ARCHON_SERVICE')).toBe('web');
		expect(env.has('NOTIFY_SOCKET') || env.has('LISTEN_FDS') || env.has('WATCHDOG_USEC')).toBe(false);
	});

	it('passes every byte unchanged', () => {
		const bytes = Array.from({ length: 255 }, (_, i) => String.fromCharCode(i + 1)).join('');
		expect(packed(['x', bytes]).args[1]).toBe(bytes);
	});

	it('leaves room for the pid where sockets are passed, and says where', () => {
		const launch: Launch = { args: ['x'], env: new Map([['A', '1']]), directory: '/', fds: [] };
		const own = new Map([
			['LISTEN_FDS', '1'],
			['LISTEN_PID', ''],
		]);
		const { block, candidates, argc, pidSetting = -1 } = pack(launch, own, ['', '']);
		const settings = block
			.toString('latin1')
			.split('\0')
			.slice(candidates + argc);
		expect(settings[pidSetting]).toBe('LISTEN_PID=0000000000');
		expect(pack(launch, new Map(), ['', '']).pidSetting).toBeUndefined();
	});

	it('starts from the environment of another user', () => {
		const launch: Launch = { args: ['x'], env: new Map(), directory: '/', fds: [] };
		const base = baseOfUser({ username: 'carol', homedir: '/home/carol', shell: '' });
		const { block, envc } = pack(launch, new Map(), ['', ''], base);
		const settings = block.toString('latin1').split('\0');
		expect(envc).toBe(6);
		for (const setting of ['HOME=/home/carol', 'USER=carol', 'LOGNAME=carol', 'SHELL=/bin/sh']) {
			expect(settings).toContain(setting);
		}
	});
});
