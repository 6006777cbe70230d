import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon, temporary } from '../../archon.ts';
import { ctl } from '../../cli/archonctl.ts';
import { barred } from '../../cli/barred.ts';

const configuration = `
	[service.web]
	run = ["sh", "-c", "exit 3"]
	restart = "never"
	labels = { tier = "gold" }
	[service.db]
	run = ["sleep", "1000"]
`;

/** An archon in which a service with a label has failed and another one runs, and a file `a.lua` of rules beside it. */
async function recorded(rules: string): Promise<Archon> {
	const archon = await Archon.configured(configuration);
	const connection = await archon.connect();
	await connection.call(['Wait', 'web', 'failed']);
	await connection.call(['Wait', 'db', 'running']);
	writeFileSync(`${archon.directory}/a.lua`, rules);
	return archon;
}

type Row = Readonly<Record<'time' | 'type' | 'name' | 'rule' | 'action', string>> & { readonly seq: number };

async function tried(archon: Archon, ...args: readonly string[]): Promise<Row[]> {
	const { out, err, code } = await archon.ctl(['rules', 'test', 'a.lua', '--json', ...args]);
	expect({ err, code }).toEqual({ err: '', code: 0 });
	return JSON.parse(out);
}

test('the rules of a file are tried on what was recorded, and nothing is done', async () => {
	const archon = await recorded(`
		rule "gold is restarted" {
			on = "process.failed", when = { labels = { tier = "gold" } }, act = restart { because = "it is gold" },
		}
		rule "silver is not there" { on = "process.failed", when = { labels = { tier = "silver" } }, act = restart }
		rule "an end is told" {
			on = "process.exited",
			act = function(event)
				return { log(event.name .. " ended with " .. event.exit), emit { type = "my.end", code = event.exit } }
			end,
		}
		rule "what is emitted is heard" { on = "my.end", when = { code = above(2) }, act = start { name = "db" } }
	`);
	const before = await archon.lines('Status\nEvents\n');
	const rows = await tried(archon);
	expect(rows.map(({ type, name, rule, action }) => [type, name, rule, action])).toEqual([
		['process.exited', 'web', 'an end is told', 'emit my.end web code=3'],
		['process.exited', 'web', 'an end is told', 'log info: web ended with 3'],
		['my.end', 'web', 'what is emitted is heard', 'start db'],
		['process.failed', 'web', 'gold is restarted', 'restart web because it is gold'],
	]);
	expect(
		before.filter((line) => line.startsWith(`Row,${rows[0]?.seq},${rows[0]?.time},process.exited`)),
	).toHaveLength(1);
	const eventsOf = (lines: readonly string[]) => lines.filter((line) => /^Row,\d+,/.test(line));
	expect(eventsOf(await archon.lines('Status\nEvents\n'))).toEqual(eventsOf(before));
});

test('without --json there is a table, and behind it what it comes to', async () => {
	const archon = await recorded(`
		rule "one" { on = "process.failed", act = restart }
		rule "two" { on = { "process.sample", "file.changed" }, act = restart }
	`);
	const { out, code } = await archon.ctl(['rules', 'test', 'a.lua', '--since', '1h']);
	const lines = out.split('\n');
	expect(code).toBe(0);
	expect(lines[0]).toMatch(/^time +seq +type +name +rule +action$/);
	expect(lines[1]).toMatch(/Z +\d+ +process\.failed +web +one +restart web$/);
	expect(lines[2]).toMatch(/^\d+ events: 1 of 2 rules fired, 1 time in all, 0 errors$/);
	expect(lines[3]).toBe(
		'no process.sample, file.changed in that time: recorded only while a rule or a subscriber asks for it',
	);
});

test('time passes as it did: timers, lasting and limit', async () => {
	const archon = await recorded(`
		rule "every" { every = "15m", act = log "tick" }
		rule "lasting" { on = "process.ready", lasting = "1m", act = restart }
		rule "limit" { on = "*", limit = { times = 2, within = "1h" }, act = log "seen" }
	`);
	const rows = await tried(archon);
	const actions = (rule: string) => rows.filter((row) => row.rule === rule).map(({ action }) => action);
	expect(actions('every').length).toBeGreaterThanOrEqual(3);
	// What lasts until now has not lasted a minute.
	expect(actions('lasting')).toEqual([]);
	expect(actions('limit')).toEqual(['log info: seen', 'log info: seen']);
	const [first, second] = rows.filter(({ rule }) => rule === 'every').map(({ time }) => Date.parse(time));
	expect((second ?? 0) - (first ?? 0)).toBe(900_000);
});

test('process() and state are there', async () => {
	const archon = await recorded(`
		rule "counts" {
			on = { "process.exited", "process.failed" },
			act = function(event)
				state.count = (state.count or 0) + 1
				local web = process(event.name)
				return log(state.count .. " " .. web.state .. " " .. web.last .. " " .. web.labels.tier)
			end,
		}
	`);
	expect((await tried(archon)).map(({ action }) => action)).toEqual([
		'log info: 1 exited exit:3 gold',
		'log info: 2 failed exit:3 gold',
	]);
});

test('only what came after since= is replayed', async () => {
	const archon = await recorded('rule "all" { on = "process.*", act = log "it" }');
	const [last] = (await archon.lines('Events\n')).filter((line) => line.startsWith('Row,')).slice(-1);
	const newest = Number(last?.split(',')[1]);
	expect(await tried(archon, '--since', `${newest}`)).toEqual([]);
	expect((await tried(archon, '--since', `${newest - 2}`)).map(({ seq }) => seq)).toEqual([
		newest - 1,
		newest,
	]);
	const { code, err } = await archon.ctl(['rules', 'test', 'a.lua', '--since', 'noon']);
	expect({ code, err }).toEqual({
		code: 1,
		err: 'archonctl: "since=noon" is neither the number of an event nor a duration (1h) nor a time\n',
	});
});

test('each mistake is told with file and line, also without a daemon', async () => {
	const cwd = temporary();
	writeFileSync(`${cwd}/a\\b.lua`, 'rule "one" {\n\ton = "process.exploded",\n\tact = restrat,\n}\n');
	writeFileSync(`${cwd}/bad.lua`, 'rule "one" {\n');
	const options = { cwd, socket: `${cwd}/nobody` };
	const { code, stdout, stderr } = await ctl(['rules', 'test', 'a\\b.lua'], options);
	expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
	expect(stderr.split('\n').map((line) => line.slice(0, 60))).toEqual([
		'archonctl: a\\b.lua:1: rule "one": on: "process.exploded" is ',
		'archonctl: a\\b.lua:1: rule "one": needs "act": an action, ac',
		'',
	]);
	expect((await ctl(['rules', 'test', 'bad.lua'], options)).stderr).toMatch(/^archonctl: bad\.lua:2: .*\n$/);
	writeFileSync(
		`${cwd}/typo.lua`,
		'\nrule "one" { on = "process.*", except = { exti = 0 }, act = restart }\n',
	);
	expect(await ctl(['rules', 'test', 'typo.lua'], options)).toMatchObject({
		code: 1,
		stderr: expect.stringMatching(
			/^archonctl: typo\.lua:2: rule "one": except: unknown field "exti" \(did you mean "exit"/,
		),
	});
	expect(await ctl(['rules', 'test', 'none.lua'], options)).toEqual({
		code: 1,
		stdout: '',
		stderr: 'archonctl: none.lua: cannot read: no such file or directory\n',
	});
});

test('without a daemon the exit code is 3', async () => {
	const cwd = temporary();
	writeFileSync(`${cwd}/a.lua`, 'rule "one" { on = "process.failed", act = restart }');
	expect(await ctl(['rules', 'test', 'a.lua'], { cwd, socket: `${cwd}/nobody` })).toEqual({
		code: 3,
		stdout: '',
		stderr: `archonctl: no daemon answers on ${cwd}/nobody (is archond running?)\n`,
	});
});

test('who may not connect hears that a daemon may be there: exit code 3', () => {
	const file = `${temporary()}/a.lua`;
	writeFileSync(file, 'rule "one" { on = "process.failed", act = restart }');
	const { socket, said } = barred('rules', 'test', file);
	expect(said).toEqual({
		status: 3,
		stdout: '',
		stderr: `archonctl: you may not connect to ${socket}, where a daemon may be: ask as its user or as root, or have [access] in its configuration name you\n`,
	});
});

test('a rule that raises or never ends is told where it happens, and is exit code 1; others go on', async () => {
	const archon = await recorded(`
		rule "raises" {
			on  = "process.failed",
			act = function(event)
				error("no idea")
			end,
		}
		rule "never ends" { on = "process.exited", act = function() while true do end end }
		rule "is fine" { on = "process.failed", act = restart }
	`);
	const { out, code } = await archon.ctl(['rules', 'test', 'a.lua']);
	expect(code).toBe(1);
	expect(out).toMatch(/process\.failed +web +raises +error: line 5: .*no idea\n/);
	expect(out).toMatch(/process\.exited +web +never ends +error: .*took longer than 100ms\n/);
	expect(out).toMatch(/process\.failed +web +is fine +restart web\n/);
	expect(out).toMatch(/1 of 3 rules fired, 1 time in all, 2 errors\n/);
});
