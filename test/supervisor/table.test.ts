import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/base/refusal.ts';
import { plainGroup } from '../../src/config/draft.ts';
import type { Kind, State } from '../../src/process/state.ts';
import { Members } from '../../src/supervisor/graph/members.ts';
import { Table } from '../../src/supervisor/table.ts';
import { entryIn, running } from './entries.ts';

function add(table: Table, name: string, kind: Kind = 'daemon', state: State = running) {
	const entry = entryIn(state, { name, kind });
	table.add(entry);
	return entry;
}

function namesOf(found: readonly { name: string }[] | { refused: string }): readonly string[] | string {
	return isRefusal(found) ? found.refused : (found as readonly { name: string }[]).map((it) => it.name);
}

describe('the table of names', () => {
	it('is one set for daemons, runs and foreign processes', () => {
		const table = new Table();
		add(table, 'web', 'daemon');
		add(table, 'ls', 'run');
		add(table, 'sh', 'foreign');
		expect(['web', 'ls', 'sh', 'other'].map((name) => table.isTaken(name))).toEqual([
			true,
			true,
			true,
			false,
		]);
		expect([table.size, namesOf(table.all())]).toEqual([3, ['web', 'ls', 'sh']]);
	});

	it('gives the lowest free name of a base', () => {
		const table = new Table();
		expect(table.nameFor(undefined, 'web')).toBe('web');
		const web = add(table, 'web');
		add(table, 'web-3');
		expect(table.nameFor(undefined, 'web')).toBe('web-2');
		add(table, 'web-2');
		expect(table.nameFor(undefined, 'web')).toBe('web-4');
		table.remove(web);
		expect(table.nameFor(undefined, 'web')).toBe('web');
	});

	it('refuses a chosen name that is taken, also of one that was stopped', () => {
		const table = new Table();
		add(table, 'web', 'daemon', { tag: 'stopped' });
		expect(table.nameFor('web', 'x')).toEqual({
			refused: 'the name "web" is taken: choose another, or Remove,web when it has ended',
		});
		expect(table.nameFor('other', 'x')).toBe('other');
	});

	it('refuses a name that stands for others, which no Remove makes free', () => {
		const table = new Table();
		table.members = new Members(
			[{ name: 'web', instances: 2 }],
			[{ ...plainGroup, name: 'shop', members: ['web'] }],
		);
		expect(['web', 'shop'].map((name) => table.nameFor(name, 'x'))).toEqual([
			{ refused: 'the name "web" is taken, it is that of a service with instances: choose another' },
			{ refused: 'the name "shop" is taken, it is that of a group: choose another' },
		]);
	});

	it('gives the name of a foreign process that has ended to whoever wants it', () => {
		const table = new Table();
		const old = add(table, 'sh', 'foreign', { tag: 'exited' });
		expect([table.isTaken('sh'), table.get('sh')]).toEqual([false, old]);
		const next = add(table, 'sh', 'daemon');
		table.remove(old);
		expect([table.get('sh'), table.size]).toEqual([next, 1]);
	});

	it('keeps the 100 foreign processes that ended last, and every other one', () => {
		const table = new Table();
		const first = add(table, 'first', 'foreign');
		add(table, 'web');
		for (let n = 0; n < 100; n++) {
			expect(
				table.ended(add(table, `x${n}`, 'foreign', { tag: n % 2 === 0 ? 'exited' : 'stopped' })),
			).toEqual([]);
		}
		expect(table.size).toBe(102);
		first.life = { ...first.life, state: { tag: 'exited' } };
		for (const old of table.ended(first)) {
			table.remove(old);
		}
		expect([table.size, table.get('x0'), table.get('x1')?.name, table.get('first')]).toEqual([
			101,
			undefined,
			'x1',
			first,
		]);
	});

	it('shows everything that a pattern matches, by name', () => {
		const table = new Table();
		for (const name of ['web-2', 'db', 'web']) {
			add(table, name, name === 'db' ? 'run' : 'daemon');
		}
		expect(namesOf(table.seen('*'))).toEqual(['db', 'web', 'web-2']);
		expect(namesOf(table.seen('web*'))).toEqual(['web', 'web-2']);
		expect(namesOf(table.seen('web'))).toEqual(['web']);
		expect(table.seen('nothing')).toEqual([]);
	});

	it('means daemons alone by a pattern where something is changed, and the others by their name', () => {
		const table = new Table();
		add(table, 'web');
		add(table, 'ls', 'run');
		add(table, 'sh', 'foreign');
		expect(namesOf(table.meant('*'))).toEqual(['web']);
		expect(namesOf(table.meant('ls'))).toEqual(['ls']);
		expect(namesOf(table.meant('sh'))).toEqual(['sh']);
		expect(namesOf(table.meant('[ls]*'))).toBe('no daemon matches "[ls]*"; Status lists those there are');
		expect(namesOf(table.meant('db'))).toBe('nothing is called "db"; Status lists what there is');
	});

	it('takes the name of a group for its members, and that of a service for its instances', () => {
		const table = new Table();
		for (const name of ['web@2', 'web@1', 'db']) {
			add(table, name);
		}
		const intensity = { restarts: 5, within: 1 };
		const shop = { name: 'shop', members: ['db', 'web'], strategy: 'one_for_one', intensity } as const;
		table.members = new Members([{ name: 'web', instances: 2 }], [shop]);
		expect(namesOf(table.meant('web'))).toEqual(['web@1', 'web@2']);
		expect(namesOf(table.seen('shop'))).toEqual(['db', 'web@1', 'web@2']);
		expect(namesOf(table.standsFor('db'))).toEqual(['db']);
		expect(['web', 'shop', 'we'].map((name) => table.isTaken(name))).toEqual([true, true, false]);
	});

	it('tells of each entry that was not there', () => {
		const heard: string[] = [];
		const table = new Table(({ name }) => heard.push(name));
		const first = add(table, 'sh', 'foreign', { tag: 'exited' });
		table.ended(first);
		add(table, 'sh');
		expect(heard).toEqual(['sh', 'sh']);
	});

	it('finds the one of that very name', () => {
		const table = new Table();
		const web = add(table, 'web');
		expect(table.named('web')).toBe(web);
		expect(isRefusal(table.named('we'))).toBe(true);
		expect(isRefusal(table.named('*'))).toBe(true);
	});
});
