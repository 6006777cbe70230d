import { expect, test } from 'vitest';
import { play, shown } from '../../../session/actor.ts';
import { status } from '../../../session/ask.ts';
import { Watch } from '../../../session/watch.ts';

test('a service that notifies is ready when it says so, and Status shows what it says until then', async () => {
	const { archon, actor } = await play('ready = "notify"');
	expect(await shown(archon)).toBe('starting not ready: notify: no READY=1 yet');
	await actor.says('STATUS=reading\tits files');
	expect(await shown(archon)).toBe('starting not ready: notify: reading its files');
	await actor.says('READY=1', 'STATUS=serving', 'X_OTHER=1');
	expect(await shown(archon)).toBe('running serving');
	await actor.says('ERRNO=2');
	expect(await shown(archon)).toBe('running serving (no such file or directory)');
	await actor.says('STOPPING=1');
	expect(await shown(archon)).toBe('running stopping by itself');
});

test('readiness that is taken back while it reloads comes again', async () => {
	const { archon, actor } = await play('ready = "notify"');
	await actor.says('READY=1', 'STATUS=one');
	const watch = await Watch.begin(archon);
	await actor.says('RELOADING=1');
	expect(await shown(archon)).toBe('starting reloading');
	await actor.says('STATUS=reading');
	expect(await shown(archon)).toBe('starting reading');
	expect((await watch.event('process.starting')).slice(5)).toContain('reason=reloading');
	await actor.says('READY=1');
	await watch.event('process.ready');
	expect((await status(archon, 'web'))['state']).toBe('running');
	expect(Number((await status(archon, 'web'))['pid'])).toBe(actor.pid);
});
