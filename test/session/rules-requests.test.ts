import { expect, test } from 'vitest';
import { ask, pidOf, rows, status } from './ask.ts';
import { Pass } from './pass.ts';
import { fieldOf, ruled, sleeping } from './ruled.ts';
import { Watch } from './watch.ts';

const guard = `
rule "nobody stops db" {
	on = "request.received", when = { request = "Stop", name = "db" },
	act = fail { because = "ask the database people" },
}
`;

test('a request that a rule refuses is not carried out, and the reason names the rule', async () => {
	const archon = await ruled(sleeping('db') + sleeping('web'), guard);
	expect(await ask(archon, 'Wait', 'db', 'running', '5s')).toBe('Ok');
	const reply = await ask(archon, 'Stop', 'db');
	expect(reply).toMatch(/^Error,.*nobody stops db.*rules\.lua.*ask the database people/);
	expect(await ask(archon, 'Stop', 'web')).toBe('Ok');
	expect(await status(archon, 'db')).toMatchObject({ state: 'running' });
	const events = await rows(archon, 'Events', 'types=request.*;rule.*');
	expect(events.map(({ type, name, fields }) => [type, name, fields?.split(',')[0]])).toEqual([
		['request.received', 'db', 'request=Stop'],
		['rule.fired', 'db', 'file=rules.lua'],
	]);
});

test('nor is it reached past the rule by a glob or a group', async () => {
	const archon = await ruled(
		`${sleeping('db')}${sleeping('web')}[group.shop]\nmembers = ["db", "web"]\n`,
		guard,
	);
	expect(await ask(archon, 'Wait', 'web', 'running', '5s')).toBe('Ok');
	for (const name of ['*', 'd?', 'shop']) {
		expect(await ask(archon, 'Stop', name)).toMatch(/^Error,.*nobody stops db/);
	}
	expect((await rows(archon, 'Status')).map((row) => row['state'])).toEqual(['running', 'running']);
});

test('a function may decide, for whom it asks and by what it knows', async () => {
	const archon = await ruled(
		sleeping('db'),
		`rule "only while it runs" {
			on = "request.received", when = { request = { "Signal", "Pause" } },
			act = function(event)
				local state = process(event.name).state
				if state ~= "running" then return fail { because = "it is " .. state } end
				return allow {}
			end,
		}`,
	);
	expect(await ask(archon, 'Wait', 'db', 'running', '5s')).toBe('Ok');
	expect(await ask(archon, 'Signal', 'db', 'CONT')).toBe('Ok');
	expect(await ask(archon, 'Pause', 'db')).toBe('Ok');
	expect(await ask(archon, 'Signal', 'db', 'CONT')).toMatch(/^Error,.*it is paused/);
});

test('a rule that has no answer in time refuses, and holds up no other request', async () => {
	const archon = await ruled(
		sleeping('db'),
		`rule "thinks for ever" { on = "request.received", when = { request = "Stop" }, act = function() while true do end end }`,
	);
	expect(await ask(archon, 'Wait', 'db', 'running', '5s')).toBe('Ok');
	const [one, other] = [await archon.connect(), await archon.connect()];
	const stop = one.call(['Stop', 'db']).then(({ final }) => JSON.stringify(final));
	const ping = other.call(['Ping']).then(({ final }) => final.tag);
	expect(await Promise.race([stop, ping])).toBe('ok');
	expect(await stop).toMatch(/error.*thinks for ever/);
	expect(await status(archon, 'db')).toMatchObject({ state: 'running' });
});

test('what comes along with a request that waits for a rule arrives, or is closed', async () => {
	const archon = await ruled(
		'',
		`rule "some" { on = "request.received", when = { request = { "Run", "Ping" } }, act = function(event) return allow {} end }
		 rule "none" { on = "request.received", when = { request = "MonitorFD" }, act = fail {} }`,
	);
	const client = new Pass(archon, [
		'pass:1,3,3:Run,"sh,-c,echo hello >&2"\n',
		'line',
		'pass:3:MonitorFD,x\n',
		'line',
		'pass:3:Ping\n',
		'line',
		'gone',
	]);
	expect(await client.replies()).toEqual([
		'ExitStatus,0',
		expect.stringMatching(/^Error,.*none/),
		expect.stringMatching(/^Error,.*descriptor/),
	]);
	expect(await client.written).toBe('hello\n');
});

test('whoever subscribes to requests sees them, refused or done, and nobody else pays for it', async () => {
	const archon = await ruled(sleeping('db'), guard);
	expect(await ask(archon, 'Wait', 'db', 'running', '5s')).toBe('Ok');
	const watch = await Watch.begin(archon, 'types=request.*');
	const pid = await pidOf(archon, 'db');
	expect(pid).toBeGreaterThan(0);
	await ask(archon, 'Stop', 'db');
	await ask(archon, 'Run', 'true');
	const uid = `uid=${process.getuid?.()}`;
	expect((await watch.event('request.received')).slice(4)).toEqual(['db', 'request=Status', uid]);
	const looked = await watch.event('request.handled');
	expect(looked.slice(4, 8)).toEqual(['db', 'request=Status', uid, 'result=ok']);
	expect(Number(fieldOf(looked, 'ms'))).toBeGreaterThanOrEqual(0);
	expect((await watch.event('request.received')).slice(4)).toEqual(['db', 'request=Stop', uid]);
	const refused = await watch.event('request.handled');
	expect([fieldOf(refused, 'result'), fieldOf(refused, 'reason')]).toEqual([
		'error',
		expect.stringContaining('nobody stops db'),
	]);
	expect((await watch.event('request.received')).slice(4)).toEqual(['-', 'request=Run', uid]);
	expect(fieldOf(await watch.event('request.handled'), 'result')).toBe('ok');
});
