import { expect, test } from 'vitest';
import { daemonService } from '../../src/config/daemon-service.ts';
import { plainDraft } from '../../src/config/draft.ts';
import { loaded, service } from './scratch.ts';

const asked = { name: 'web', args: ['web', '-x'], env: new Map([['A', '1']]), directory: '/srv' };

test('a daemon that says nothing is what a service without keys is', async () => {
	const bare = { name: 'web', args: ['web'], env: new Map<string, string>() };
	expect(daemonService(bare, plainDraft)).toEqual(await service(''));
});

test('a daemon lives under [defaults], and what it says goes before them', async () => {
	const { defaults } = await loaded(
		'[defaults]\nenv = { A = "0", B = "0" }\ndirectory = "/tmp"\nrestart = "always"\nstop.timeout = "1s"\nuser = "root"',
	);
	const own = { restart: 'never', user: 'www', ready: 'tcp:a:1' };
	expect(daemonService({ ...asked, ...own }, defaults)).toMatchObject({
		name: 'web',
		run: ['web', '-x'],
		env: new Map([
			['A', '1'],
			['B', '0'],
		]),
		directory: '/srv',
		restart: 'never',
		user: 'www',
		ready: { tag: 'tcp', host: 'a', port: 1 },
		stop: { signal: 15, timeout: 1000 },
	});
	const plain = { ...asked, directory: undefined };
	expect(daemonService(plain, defaults)).toMatchObject({
		directory: '/tmp',
		restart: 'always',
		user: 'root',
	});
});

test('what only a service of the file has, no daemon gets from [defaults]', async () => {
	const { defaults } = await loaded('[defaults]\ninstances = 3\noneshot = true\nmanual = true\nevery = "1s"');
	const none = { instances: 1, oneshot: false, manual: false, timer: undefined, startTimeout: 30_000 };
	expect(daemonService(asked, defaults)).toMatchObject(none);
});

test('a setting that is wrong is refused with its name', () => {
	expect(daemonService({ ...asked, restart: 'x' }, plainDraft)).toEqual({
		refused: 'ARCHON_RESTART: expected "always", "on-failure" or "never", got "x"',
	});
	expect(daemonService({ ...asked, user: '' }, plainDraft)).toEqual({
		refused: 'ARCHON_USER: expected a string, got an empty one',
	});
	expect(daemonService({ ...asked, ready: '' }, plainDraft)).toHaveProperty('refused');
});
