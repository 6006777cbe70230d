import { expect, test } from 'vitest';
import { play } from '../session/actor.ts';
import { ask, pidOf, rows } from '../session/ask.ts';
import { crash, daemonPid } from './crash.ts';
import { freePort } from './free-port.ts';
import { stop } from './until.ts';

const port = await freePort();

/** What makes a service ready, and how it comes to be. */
const ways = {
	notify: ['notify', 'notify("READY=1")'],
	log: ['log:^up', 'print("up", flush=True)'],
	tcp: [`tcp:127.0.0.1:${port}`, `globals().update(s=socket.create_server(("127.0.0.1", ${port})))`],
} as const;

/** A service that becomes ready while the daemon stands still, which it does until the time for that is long over. */
async function late(way: keyof typeof ways) {
	const [ready, act] = ways[way];
	const { archon, actor } = await play(`ready = "${ready}"\nstart_timeout = "2s"`);
	const overdue = () => actor.does(`${act} or time.sleep(3.5)`);
	const isReady = async () => {
		expect(await ask(archon, 'Wait', 'web', 'running')).toBe('Ok');
		expect(await pidOf(archon, 'web')).toBe(actor.pid);
		expect(await rows(archon, 'Events', 'types=process.stopping')).toEqual([]);
	};
	return { archon, overdue, isReady };
}

test.each(Object.keys(ways) as (keyof typeof ways)[])(
	'who was ready (%s) while the daemon hung is not ended because its time is over when there is one again',
	async (way) => {
		const { archon, overdue, isReady } = await late(way);
		await crash(archon, overdue);
		await isReady();
	},
);

test('nor when the daemon that hung goes on', async () => {
	const { archon, overdue, isReady } = await late('notify');
	const daemon = daemonPid(archon);
	await stop(daemon);
	await overdue();
	process.kill(daemon, 'SIGCONT');
	await isReady();
	expect(daemonPid(archon)).toBe(daemon);
});
