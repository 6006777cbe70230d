import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { ask, names, pidOf, rows, status, written } from '../session/ask.ts';
import { Watch } from '../session/watch.ts';
import { Overlapping } from './overlapping.ts';
import { until } from './until.ts';

const dependent = `
[service.shop]
run = ["sleep", "1000"]
requires = ["web"]
`;

test('the new one is ready before the old one is told to stop, and nobody else notices', async () => {
	const web = await Overlapping.start(dependent);
	const { archon } = web;
	expect(await ask(archon, 'Wait', 'shop', 'running')).toBe('Ok');
	const [old, shop] = [await pidOf(archon, 'web'), await pidOf(archon, 'shop')];
	expect(await rows(archon, 'Impact', 'Restart', 'web')).toEqual([
		{ action: 'start', name: 'web', why: 'asked: beside the one that runs' },
		{ action: 'stop', name: 'web', why: 'when the new one is ready' },
	]);
	const watch = await Watch.begin(archon);
	const { answer } = await web.restarting();
	const beside = await pidOf(archon, 'web@overlap');
	expect(await status(archon, 'web')).toMatchObject({
		state: 'running',
		pid: `${old}`,
		reason: 'restarts: ends when web@overlap is ready',
	});
	expect(await status(archon, 'web@overlap')).toMatchObject({
		state: 'starting',
		reason: 'to replace web when it is ready; not ready: fd:3: no line break yet',
	});
	web.set('hold');
	web.set('go');
	const replaced = await watch.event('process.replaced');
	expect(replaced.slice(4)).toEqual([
		'web',
		`pid=${beside}`,
		expect.anything(),
		`old=${old}`,
		expect.anything(),
	]);
	expect((await watch.event('process.stopping')).slice(4, 6)).toEqual(['web@overlap', `pid=${old}`]);
	expect(await status(archon, 'web')).toMatchObject({
		state: 'running',
		pid: `${beside}`,
		reason: 'restarted: web@overlap is the process before',
	});
	expect(await status(archon, 'web@overlap')).toMatchObject({
		state: 'stopping',
		pid: `${old}`,
		reason: 'replaced as web',
	});
	expect((await rows(archon, 'Why', 'web@overlap'))[0]?.['sentence']).toBe(
		`web@overlap is the process that web had before; the new one (process ${beside}) has taken its place.`,
	);
	web.set('hold', false);
	expect(await answer).toBe('Ok');
	expect(await names(archon)).toEqual(['shop', 'web']);
	expect(await status(archon, 'web')).toMatchObject({
		pid: `${beside}`,
		restarts: '0',
		last: 'exit:0',
		reason: '',
	});
	expect(await pidOf(archon, 'shop')).toBe(shop);
	expect(web.pids).toEqual([beside]);
	expect(await written(archon, 'web')).toEqual(['hello', 'hello', 'bye']);
});

test('one that is not ready in time is ended, the old one stays and it is said', async () => {
	const web = await Overlapping.start('start_timeout = "2s"');
	const { archon } = web;
	const old = await pidOf(archon, 'web');
	const watch = await Watch.begin(archon, 'names=web');
	const { answer } = await web.restarting();
	const why = 'its new process failed: not ready after 2s: fd:3: no line break yet';
	expect(await answer).toBe(`Error,"""web"" was not restarted: ${why}; process ${old} goes on"`);
	expect((await watch.event('process.kept')).slice(4)).toEqual([
		'web',
		`pid=${old}`,
		expect.anything(),
		`reason=${why}`,
	]);
	expect(web.pids).toEqual([old]);
	expect(await status(archon, 'web')).toMatchObject({
		state: 'running',
		pid: `${old}`,
		restarts: '0',
		reason: `was not restarted: ${why}`,
	});
	web.set('go');
	expect(await ask(archon, 'Restart', 'web')).toBe('Ok');
	expect((await status(archon, 'web'))['reason']).toBe('');
});

test('one that ends before it is ready changes nothing', async () => {
	const web = await Overlapping.start();
	const old = await pidOf(web.archon, 'web');
	const { answer } = await web.restarting();
	web.set('fail');
	expect(await answer).toMatch('was not restarted: its new process failed: ended with exit:3');
	expect(web.pids).toEqual([old]);
	expect(await names(web.archon)).toEqual(['web']);
});

test('one that cannot be started changes nothing', async () => {
	const web = await Overlapping.start();
	const { archon } = web;
	const old = await pidOf(archon, 'web');
	archon.configure(Overlapping.toml().replace('["sh"', '["/nowhere"'));
	expect(await ask(archon, 'Reload')).toBe('Ok');
	await until(async () => (await status(archon, 'web'))['reason']?.startsWith('was not restarted') ?? false);
	expect(await status(archon, 'web')).toMatchObject({ state: 'running', pid: `${old}` });
	expect(await names(archon)).toEqual(['web']);
});

test('an old one that dies meanwhile is followed by the new one, and by no third', async () => {
	const web = await Overlapping.start();
	const { archon } = web;
	const { answer } = await web.restarting();
	const beside = await pidOf(archon, 'web@overlap');
	process.kill(await pidOf(archon, 'web'), 'SIGKILL');
	await until(async () => (await pidOf(archon, 'web')) === beside);
	expect(await status(archon, 'web')).toMatchObject({ state: 'starting', last: 'signal:KILL' });
	web.set('go');
	expect(await answer).toBe('Ok');
	expect(web.pids).toEqual([beside]);
	expect(web.begun).toBe(2);
});

test('when both die its restart policy decides', async () => {
	const web = await Overlapping.start();
	const { archon } = web;
	const { answer } = await web.restarting();
	const beside = await pidOf(archon, 'web@overlap');
	process.kill(await pidOf(archon, 'web'), 'SIGKILL');
	await until(async () => (await pidOf(archon, 'web')) === beside);
	process.kill(beside, 'SIGKILL');
	expect(await answer).toMatch(/^Error,"""web"" is backoff: /);
	web.set('go');
	expect(await ask(archon, 'Wait', 'web', 'running')).toBe('Ok');
	expect(web.pids).toEqual([await pidOf(archon, 'web')]);
	expect(await names(archon)).toEqual(['web']);
});

test('a stop ends both and is the later request', async () => {
	const web = await Overlapping.start();
	const { archon } = web;
	const { answer } = await web.restarting();
	expect(await ask(archon, 'Stop', 'web')).toBe('Ok');
	expect(web.pids).toEqual([]);
	expect(await answer).toMatch('a later request overtook this one');
	expect(await status(archon, 'web')).toMatchObject({ state: 'stopped' });
	expect(await names(archon)).toEqual(['web']);
});

test('a stop waits for the old one as well', async () => {
	const web = await Overlapping.start();
	const { archon } = web;
	const old = await pidOf(archon, 'web');
	web.set('hold');
	const answer = ask(archon, 'Restart', 'web');
	await until(async () => (await pidOf(archon, 'web')) !== old);
	expect(await ask(archon, 'Stop', 'web', '0s')).toBe('Ok');
	expect(web.pids).toEqual([]);
	// Which of the two KILL ends first is the kernel's to say.
	expect(await answer).toMatch(/is (being )?stopped: a later request overtook this one/);
	expect(await names(archon)).toEqual(['web']);
});

test('the new one can be given up', async () => {
	const web = await Overlapping.start();
	const old = await pidOf(web.archon, 'web');
	const { answer } = await web.restarting();
	expect(await ask(web.archon, 'Stop', 'web@overlap')).toBe('Ok');
	expect(await answer).toMatch(`was stopped before it was ready; process ${old} goes on`);
	expect(web.pids).toEqual([old]);
});

test('a further restart starts the new one anew, or waits until the old one is gone', async () => {
	const web = await Overlapping.start();
	const { archon } = web;
	const { answer } = await web.restarting();
	const first = await pidOf(archon, 'web@overlap');
	const again = await web.restarting();
	expect(web.pids).not.toContain(first);
	const beside = await pidOf(archon, 'web@overlap');
	web.set('hold');
	web.set('go');
	await until(async () => (await pidOf(archon, 'web')) === beside);
	const third = ask(archon, 'Restart', 'web');
	expect(await ask(archon, 'Ping')).toBe('Ok');
	expect(web.begun).toBe(3);
	web.set('hold', false);
	expect(await Promise.all([answer, again.answer, third])).toEqual(['Ok', 'Ok', 'Ok']);
	expect(web.begun).toBe(4);
	expect(web.pids).toEqual([await pidOf(archon, 'web')]);
	expect(web.pids).not.toEqual([beside]);
});

test('signals reach the process that counts; it cannot be paused while another is to take its place', async () => {
	const web = await Overlapping.start();
	const { archon } = web;
	const { answer } = await web.restarting();
	expect(await ask(archon, 'Signal', 'web', 'USR1')).toBe('Ok');
	await until(() => web.lines('heard').length === 1);
	expect(await ask(archon, 'Pause', 'web')).toBe(
		'Error,"""web"" cannot be paused while its new process starts: Stop,web@overlap gives that up"',
	);
	web.set('go');
	expect(await answer).toBe('Ok');
	expect(await ask(archon, 'Pause', 'web')).toBe('Ok');
	// What is paused does nothing that could be kept up: it is replaced.
	expect(await ask(archon, 'Restart', 'web')).toBe('Ok');
	expect(web.pids).toHaveLength(1);
});

test('a reload that changes the service overlaps, of what requires it nothing is restarted', async () => {
	const web = await Overlapping.start(dependent);
	const { archon } = web;
	expect(await ask(archon, 'Wait', 'shop', 'running')).toBe('Ok');
	const [old, shop] = [await pidOf(archon, 'web'), await pidOf(archon, 'shop')];
	const watch = await Watch.begin(archon, 'types=process.replaced;process.exited');
	archon.configure(Overlapping.toml(`umask = "077"${dependent}`));
	expect((await rows(archon, 'Reload', 'dry-run')).map((it) => [it['name'], it['action']])).toEqual([
		['shop', 'keep'],
		['web', 'restart'],
	]);
	expect(await ask(archon, 'Reload')).toBe('Ok');
	await watch.event('process.replaced', 'web');
	await watch.event('process.exited', 'web@overlap');
	await until(async () => (await names(archon)).length === 2);
	expect(await pidOf(archon, 'web')).not.toBe(old);
	expect(await pidOf(archon, 'shop')).toBe(shop);
	expect(web.pids).toHaveLength(1);
});

test('what leaves the file goes with both', async () => {
	const web = await Overlapping.start();
	const { archon } = web;
	const { answer } = await web.restarting();
	archon.configure('');
	expect(await ask(archon, 'Reload')).toBe('Ok');
	expect(await answer).toMatch('"web"');
	expect(web.pids).toEqual([]);
	expect(await names(archon)).toEqual([]);
});

test('the end of archon is the end of both', async () => {
	const web = await Overlapping.start();
	const { answer } = await web.restarting();
	const { pids } = web;
	expect(pids).toHaveLength(2);
	expect(await ask(web.archon, 'Shutdown')).toBe('Ok');
	await answer;
	for (const pid of pids) {
		expect(() => process.kill(pid, 0)).toThrow('ESRCH');
	}
});

test('of several instances each has a second process', async () => {
	const web = await Overlapping.start('instances = 2');
	const { archon } = web;
	await ask(archon, 'Wait', 'web', 'running');
	const { answer } = await web.restarting();
	await until(() => web.begun === 4);
	expect(await names(archon)).toEqual(['web@1', 'web@1@overlap', 'web@2', 'web@2@overlap']);
	web.set('go');
	expect(await answer).toBe('Ok');
	expect(await names(archon)).toEqual(['web@1', 'web@2']);
	expect(web.pids).toHaveLength(2);
});

test('what is to be stopped because of another does not overlap', async () => {
	const web = await Overlapping.start('requires = ["db"]\n[service.db]\nrun = ["sleep", "1000"]');
	const { archon } = web;
	const old = await pidOf(archon, 'web');
	expect(await ask(archon, 'Restart', '*')).toBe('Ok');
	expect(web.pids).toHaveLength(1);
	expect(web.pids).not.toEqual([old]);
	const { answer } = await web.restarting();
	expect(await ask(archon, 'Stop', 'db')).toBe('Ok');
	expect(await answer).toMatch('waits for db');
	expect(web.pids).toEqual([]);
	web.set('go');
	expect(await ask(archon, 'Start', 'db')).toBe('Ok');
	expect(await ask(archon, 'Wait', 'web', 'running')).toBe('Ok');
});

test('without control groups each has its own tree all the same', async () => {
	const web = await Overlapping.start('', (toml, directory) => {
		writeFileSync(`${directory}/archon.toml`, toml);
		return Archon.ungrouped(directory, ['--config', `${directory}/archon.toml`]);
	});
	const { answer } = await web.restarting();
	const beside = await pidOf(web.archon, 'web@overlap');
	expect((await rows(web.archon, 'Usage', 'web*')).map((it) => it['name'])).toEqual(['web', 'web@overlap']);
	web.set('go');
	expect(await answer).toBe('Ok');
	expect(web.pids).toEqual([beside]);
});

/** Says that it is ready when it gets USR1, and as its status which process it is and how often it has said so. */
const notifier = `import os, signal, socket
said = 0
def say(*_):
    global said
    said += 1
    to = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    to.connect(os.environ["NOTIFY_SOCKET"])
    to.send(b"READY=1\\nSTATUS=%d %d" % (os.getpid(), said))
signal.signal(signal.SIGUSR1, say)
open("begun", "a").write("begun\\n")
while True: signal.pause()`;

test('that the old one says it is ready does not count for the new one', async () => {
	const directory = temporary();
	const archon = await Archon.configured(
		`[service.web]
		run = ["python3", "-c", ${JSON.stringify(notifier)}]
		directory = "."
		ready = "notify"
		restart_mode = "overlap"`,
		directory,
	);
	const begun = () => (existsSync(`${directory}/begun`) ? readFileSync(`${directory}/begun`, 'latin1') : '');
	const said = async (name: string) => (await status(archon, name))['reason'];
	await until(() => begun() === 'begun\n');
	expect(await ask(archon, 'Signal', 'web', 'USR1')).toBe('Ok');
	expect(await ask(archon, 'Wait', 'web', 'running')).toBe('Ok');
	const old = await pidOf(archon, 'web');
	for (let n = 2; n <= 3; n++) {
		const before = await pidOf(archon, 'web');
		const answer = ask(archon, 'Restart', 'web');
		await until(() => begun() === 'begun\n'.repeat(n));
		expect(await ask(archon, 'Signal', 'web', 'USR1')).toBe('Ok');
		await until(async () => (await said('web'))?.endsWith(`${before} 2`) ?? false);
		const beside = await pidOf(archon, 'web@overlap');
		expect(await status(archon, 'web@overlap')).toMatchObject({ state: 'starting', pid: `${beside}` });
		expect(await pidOf(archon, 'web')).toBe(before);
		expect(await ask(archon, 'Signal', 'web@overlap', 'USR1')).toBe('Ok');
		expect(await answer).toBe('Ok');
		expect(await pidOf(archon, 'web')).toBe(beside);
		await until(async () => (await said('web')) === `${beside} 1`);
	}
	expect(await pidOf(archon, 'web')).not.toBe(old);
});
