import { describe, expect, it } from 'vitest';
import { mostRuns } from '../../src/policy/carry-out.ts';
import { happened, Stage } from './stage.ts';

const exited = happened(7, 'process.exited', 'web', 'pid=12', 'start=3', 'exit=1');
const other = happened(8, 'file.changed', '-', 'path=/etc/x');
const shop = [{ name: 'db' }, { name: 'web', requires: ['db'] }, { name: 'mail' }];

describe('an order', () => {
	it('without a name is for the process of the event, which is its cause', () => {
		const stage = new Stage(shop);
		expect(stage.carry([{ do: 'restart', name: undefined }, exited])).toEqual([]);
		stage.world.settle();
		expect(stage.world.because).toEqual([
			'stopping web 7',
			'exited web 7',
			'starting web 7',
			'started web 7',
			'ready web 7',
		]);
	});

	it('is for every daemon that a glob matches, and for the members of a name', () => {
		const stage = new Stage([{ name: 'web', instances: 2 }, { name: 'db' }]);
		stage.world.foreign('webcam');
		stage.carry([{ do: 'stop', name: 'web*', timeout: undefined }, other]);
		expect(stage.world.states()).toBe('web@1 stopping, web@2 stopping, db running, webcam running');
		stage.carry([{ do: 'restart', name: 'web' }, other]);
		stage.world.settle();
		expect(stage.world.states('web')).toBe('web@1 running, web@2 running');
	});

	it('that cannot be given is refused, and the others are given all the same', () => {
		const stage = new Stage(shop);
		const refused = stage.carry(
			[{ do: 'stop', name: undefined, timeout: undefined }, other],
			[{ do: 'start', name: 'nosuch' }, exited],
			[{ do: 'restart', name: 'no*such' }, exited],
			[{ do: 'stop', name: 'mail', timeout: undefined }, exited],
		);
		expect(refused).toEqual([
			'0: file.changed is about no process: give a name',
			'1: nothing is called "nosuch"; Status lists what there is',
			'2: no daemon matches "no*such"; Status lists those there are',
		]);
		expect(stage.world.states('mail')).toBe('mail stopping');
	});

	it('that fails later is refused then, of those it is for', async () => {
		const stage = new Stage(shop);
		const refused = stage.carry(
			[{ do: 'restart', name: 'mail' }, exited],
			[{ do: 'restart', name: 'web' }, other],
		);
		stage.world.step('mail');
		stage.world.step('mail', 'fail');
		await new Promise(setImmediate);
		expect(refused).toEqual([expect.stringMatching(/^0: .*mail/)]);
	});

	it('without a name is not for one that only has the name of what archon did not start', () => {
		const stage = new Stage(shop);
		stage.world.foreign('cam');
		stage.table.add(stage.world.get('cam'));
		const spawned = happened(9, 'process.spawned', 'web', 'pid=99', 'comm=web');
		const ended = happened(9, 'process.exited', 'web', 'pid=99', 'exit=0');
		const own = happened(9, 'process.exited', 'cam', 'pid=99', 'exit=0');
		const why = (type: string) =>
			`0: the process of this ${type} is not the one that archon calls "web": give a name`;
		expect(stage.carry([{ do: 'stop', name: undefined, timeout: 5 }, spawned])).toEqual([
			why('process.spawned'),
		]);
		expect(stage.carry([{ do: 'restart', name: undefined }, ended])).toEqual([why('process.exited')]);
		expect(stage.carry([{ do: 'pause', name: undefined }, own])).toEqual([]);
		expect(stage.did).toEqual(['pause cam 9']);
	});
});

describe('what is done at once', () => {
	it('reaches every process that is meant, with its cause, and says where it did not work', () => {
		const stage = new Stage([...shop, { name: 'bad' }, { name: 'badder' }]);
		const refused = stage.carry(
			[{ do: 'signal', name: undefined, signal: 10 }, exited],
			[{ do: 'pause', name: '*b' }, exited],
			[{ do: 'resume', name: 'bad*' }, other],
		);
		expect(stage.did).toEqual([
			'signal 10 web 7',
			'pause db 7',
			'pause web 7',
			'resume bad 8',
			'resume badder 8',
		]);
		expect(refused).toEqual(['2: resume bad 8 did not work; resume badder 8 did not work']);
	});

	it('comes after what was ordered of that process', () => {
		const stage = new Stage(shop);
		const states: string[] = [];
		stage.world.watch = (type, entry) => void states.push(`${type} ${entry.name} after ${stage.did.length}`);
		stage.carry(
			[{ do: 'stop', name: 'mail', timeout: undefined }, exited],
			[{ do: 'signal', name: 'db', signal: 1 }, exited],
			[{ do: 'signal', name: 'mail', signal: 1 }, exited],
		);
		expect(states).toEqual(['stopping mail after 1']);
	});

	it('runs a program with its settings, and says when it cannot', async () => {
		const stage = new Stage([]);
		const run = { do: 'run', args: ['mail', '-s', 'a b'], env: ['A=1', 'A=2'], as: undefined } as const;
		const refused = stage.carry(
			[run, exited],
			[{ ...run, env: ['x'] }, exited],
			[{ ...run, env: ['ARCHON_NAME=x'] }, exited],
			[{ ...run, args: [] }, exited],
			[{ ...run, as: 'no way' }, exited],
			[{ ...run, as: 'taken', env: [] }, other],
		);
		expect(stage.did).toEqual(['run mail -s a b A=2 - 7', 'run mail -s a b taken 8']);
		expect(refused.map((it) => it.slice(0, 30))).toEqual([
			'1: "x" is not key=value',
			'2: ARCHON_NAME is not for run:',
			'3: run needs a program',
			'4: "no way" is not a name: let',
			'5: the name is taken',
		]);
		stage.runs[0]?.({ refused: 'cannot start "mail"' });
		await Promise.resolve();
		expect(refused.at(-1)).toBe('0: cannot start "mail"');
	});

	it('runs so many programs at once and no more', async () => {
		const stage = new Stage([]);
		const run = [{ do: 'run', args: ['x'], env: [], as: undefined }, exited] as const;
		const taken = [{ do: 'run', args: ['x'], env: [], as: 'taken' }, exited] as const;
		expect(mostRuns).toBe(256);
		const full = '0: 256 programs that rules have run are still running: this one is not started';
		expect(stage.carry(...Array.from({ length: mostRuns - 1 }, () => run))).toEqual([]);
		expect(stage.carry(taken)).toEqual(['0: the name is taken']);
		expect(stage.carry(run)).toEqual([]);
		expect(stage.carry(run)).toEqual([full]);
		expect(stage.runs).toHaveLength(mostRuns);
		stage.runs[0]?.();
		expect(stage.carry(run)).toEqual([]);
		expect(stage.carry(run)).toEqual([full]);
	});

	it('watches a process by the pid that is said or that of the event', () => {
		const stage = new Stage([]);
		const refused = stage.carry(
			[{ do: 'monitor', pid: undefined, name: undefined }, exited],
			[{ do: 'monitor', pid: 5, name: 'db' }, other],
			[{ do: 'monitor', pid: undefined, name: 'db' }, other],
			[{ do: 'monitor', pid: 0, name: 'db' }, other],
			[{ do: 'monitor', pid: 5, name: '?' }, other],
		);
		expect(stage.did).toEqual(['monitor 12 undefined 1000 7', 'monitor 5 db 1000 8']);
		expect(refused.map((it) => it.slice(0, 36))).toEqual([
			'2: file.changed carries no pid: give',
			'3: file.changed carries no pid: give',
			'4: "?" is not a name: letters, digit',
		]);
	});

	it('says what a log action says', () => {
		const stage = new Stage([]);
		stage.carry([{ do: 'log', level: 'warn', text: 'careful' }, exited]);
		expect(stage.did).toEqual(['say warn careful']);
	});
});

describe('what a daemon that died may have done', () => {
	it('is not done again to what was started since then', () => {
		const stage = new Stage([...shop, { name: 'late' }]);
		stage.carry([{ do: 'stop', name: 'late', timeout: undefined }, other]);
		stage.world.settle();
		const mail = stage.world.get('mail');
		const newest = Math.max(...[...stage.world.entries.values()].map((it) => it.newest));
		mail.newest = newest + 1;
		expect(
			stage.carryAgain(
				newest,
				[{ do: 'restart', name: 'web' }, other],
				[{ do: 'restart', name: 'mail' }, other],
				[{ do: 'start', name: 'late' }, other],
			),
		).toEqual([]);
		expect(stage.world.states('web', 'mail', 'late')).toBe('web stopping, mail running, late starting');
		expect(stage.carryAgain(newest, [{ do: 'stop', name: 'mail', timeout: undefined }, other])).toEqual([]);
		expect(stage.world.states('mail')).toBe('mail stopping');
	});

	it('is a signal for the same process alone', () => {
		const stage = new Stage(shop);
		const [web, mail] = [stage.world.get('web').process, stage.world.get('mail').process];
		const again = Math.min(web?.start ?? 0, mail?.start ?? 0);
		const signal = (name: string) => [{ do: 'signal', name, signal: 1 } as const, other] as const;
		expect(stage.carryAgain(again, signal('web'), signal('mail'))).toEqual([]);
		expect(stage.did).toEqual([(web?.start ?? 0) === again ? 'signal 1 web 8' : 'signal 1 mail 8']);
	});
});

describe('a dependency', () => {
	it('is added for the process of the event, acts on orders behind it, and is taken back', () => {
		const stage = new Stage(shop);
		const depend = { do: 'depend', name: undefined, on: 'mail', kind: 'requires' } as const;
		expect(stage.carry([depend, exited], [{ do: 'stop', name: 'mail', timeout: undefined }, other])).toEqual(
			[],
		);
		stage.world.settle();
		expect(stage.world.states()).toBe('db running, web waiting, mail stopped');
		expect(stage.world.because).toContain('stopping web 8');
		expect(stage.carry([{ do: 'undepend', name: 'web', on: 'mail' }, exited])).toEqual([]);
		stage.world.settle();
		expect(stage.world.states('web')).toBe('web running');
		expect(stage.world.because).toContain('starting web 7');
	});

	it('that makes no sense is refused', () => {
		const stage = new Stage(shop);
		const refused = stage.carry(
			[{ do: 'depend', name: 'web', on: 'nosuch', kind: 'after' }, exited],
			[{ do: 'depend', name: undefined, on: 'db', kind: 'after' }, other],
			[{ do: 'depend', name: 'we*', on: 'db', kind: 'after' }, exited],
			[{ do: 'depend', name: 'db', on: 'web', kind: 'after' }, exited],
			[{ do: 'undepend', name: 'web', on: 'mail' }, exited],
		);
		expect(refused.map((it) => it.slice(0, 34))).toEqual([
			'0: nothing is called "nosuch"; Sta',
			'1: file.changed is about no proces',
			'2: "we*" is not a name: letters, d',
			'3: db cannot depend on web: db \u00e2\u0086\u0092',
			'4: "web" does not need "mail": the',
		]);
	});
});

describe('nothing', () => {
	it('is carried out any more once archon shuts down, and nothing refused', async () => {
		const stage = new Stage(shop);
		const refused = stage.carry([{ do: 'restart', name: 'mail' }, exited]);
		stage.isClosing = true;
		expect(stage.carry([{ do: 'stop', name: 'nosuch', timeout: undefined }, exited])).toEqual([]);
		stage.carry([{ do: 'pause', name: undefined }, exited]);
		expect(stage.did).toEqual([]);
		stage.world.step('mail');
		stage.world.step('mail', 'fail');
		await new Promise(setImmediate);
		expect(refused).toEqual([]);
	});

	it('that goes wrong in archon goes further than its own action', () => {
		const stage = new Stage(shop, {
			settle: () => {
				throw new Error('settle');
			},
			say: () => {
				throw new Error('say');
			},
		});
		const refused = stage.carry(
			[{ do: 'log', level: 'info', text: 'x' }, exited],
			[{ do: 'fail' }, exited],
			[{ do: 'pause', name: undefined }, exited],
		);
		expect(refused).toEqual([
			'0: archon made a mistake: "say"',
			'1: fail is not for the daemon to carry out',
		]);
		expect([stage.faults.length, stage.did]).toEqual([2, ['pause web 7']]);
	});
});
