import { describe, expect, it } from 'vitest';
import { Causes } from '../../src/events/causes.ts';
import type { Input } from '../../src/process/state.ts';
import { Downs } from '../../src/supervisor/downs.ts';
import type { Entry } from '../../src/supervisor/entry.ts';
import { World } from './world.ts';

function downs(ordered: string[] = []) {
	const world = new World([{ name: 'web', wants: ['db'] }, { name: 'db' }]);
	const fed: string[] = [];
	const apply = (entry: Entry, input: Input) => void fed.push(`${input.tag} ${entry.name}`);
	return {
		world,
		fed,
		downs: new Downs({
			view: world.orders.view,
			apply,
			causes: new Causes(),
			ordered: ({ name }) => ordered.push(name),
		}),
	};
}

describe('a stop', () => {
	it('waits until what depends on it and goes as well is gone, and says so', () => {
		const { world, fed, downs: all } = downs();
		const [web, db] = world.of('web', 'db') as [Entry, Entry];
		all.put(db, { how: 'stop' });
		all.put(web, { how: 'restart' });
		all.advance(db);
		expect([fed, db.ordered, all.isLeaving(db)]).toEqual([[], 'stops when web is stopped', true]);
		expect([...all.before(db)]).toEqual([web]);
		all.advance(web);
		all.changed(web);
		expect([fed, db.ordered, all.all()]).toEqual([['restart web', 'stop db'], '', []]);
	});

	it('is overruled by a later request, not by what only follows from others', () => {
		const { world, downs: all } = downs();
		const db = world.get('db');
		all.put(db, { how: 'stop', grace: 5 });
		all.put(db, { how: 'hold' });
		expect(all.of(db)).toEqual({ how: 'stop', grace: 5 });
		all.put(db, { how: 'restart' });
		expect(all.of(db)).toEqual({ how: 'restart' });
		all.drop(db);
		expect(all.of(db)).toBeUndefined();
	});

	it('goes on when what it waits for is forgotten', () => {
		const { world, fed, downs: all } = downs();
		const [web, db] = world.of('web', 'db') as [Entry, Entry];
		all.put(db, { how: 'stop' });
		all.put(web, { how: 'stop' });
		all.advance(db);
		all.gone(web);
		expect(fed).toEqual(['stop db']);
	});

	it('is done with where a daemon that died had begun the next start, whatever depends on it', () => {
		const { world, fed, downs: all } = downs();
		const [web, db] = world.of('web', 'db') as [Entry, Entry];
		all.put(db, { how: 'hold' });
		all.put(web, { how: 'stop' });
		all.begun(db);
		all.begun(db);
		expect([fed, all.all()]).toEqual([['hold db'], [web]]);
	});

	it('that a daemon that died had not done yet goes on because of what it was, when all is there again', () => {
		const { world, fed, downs: all } = downs();
		const [web, db] = world.of('web', 'db') as [Entry, Entry];
		all.restore(
			new Map([
				[web, { how: 'hold' }],
				[db, { how: 'stop', cause: 7 }],
			]),
		);
		all.reconsider();
		expect([fed, all.isLeaving(db), all.of(db)]).toEqual([[], true, { how: 'stop', cause: 7 }]);
		all.resume();
		expect(fed).toEqual(['hold web', 'stop db']);
	});

	it('is told of when it is put, and when it is put off no longer', () => {
		const ordered: string[] = [];
		const { world, downs: all } = downs(ordered);
		const [web, db] = world.of('web', 'db') as [Entry, Entry];
		all.put(db, { how: 'stop' });
		all.put(web, { how: 'restart' });
		all.advance(db);
		expect(ordered.splice(0)).toEqual(['db', 'web']);
		all.advance(web);
		expect(ordered.splice(0)).toEqual(['web']);
		all.drop(db);
		expect(ordered).toEqual(['db']);
	});
});
