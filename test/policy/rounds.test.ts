import { expect, test } from 'vitest';
import { happened, Stage } from './stage.ts';

const exited = happened(7, 'process.exited', 'web', 'pid=12', 'start=3', 'exit=1');
const other = happened(8, 'file.changed', '-', 'path=/etc/x');
const shop = [{ name: 'db' }, { name: 'web', requires: ['db'] }, { name: 'mail' }];

test('An order of one kind is given with the others of its batch, so that what is needed comes first.', () => {
	const stage = new Stage(shop);
	const replaced = (seq: number, name: string) => happened(seq, 'library.replaced', name, 'pid=1');
	stage.carry(
		[{ do: 'restart', name: undefined }, replaced(4, 'db')],
		[{ do: 'signal', name: 'mail', signal: 1 }, replaced(4, 'db')],
		[{ do: 'restart', name: undefined }, replaced(5, 'web')],
	);
	stage.world.settle();
	expect(stage.world.because).toEqual([
		'stopping web 5',
		'exited web 5',
		'stopping db 4',
		'exited db 4',
		'starting db 4',
		'started db 4',
		'ready db 4',
		'starting web 5',
		'started web 5',
		'ready web 5',
	]);
});

test('An order is given once, however many rules ask for it because of one event.', () => {
	const stage = new Stage(shop);
	const once = [{ do: 'restart', name: 'mail' }, exited] as const;
	stage.carry(once, once);
	stage.world.step('mail');
	expect(stage.world.states('mail')).toBe('mail starting');
	stage.carry(once);
	expect(stage.world.states('mail')).toBe('mail starting');
	stage.carry([{ do: 'restart', name: 'mail' }, other]);
	expect(stage.world.states('mail')).toBe('mail stopping');
});

test('An order to restart a process is done when another has taken its place.', () => {
	const stage = new Stage(shop);
	const { start = 0 } = stage.world.get('mail').process ?? {};
	const old = (seq: number) => happened(seq, 'library.replaced', 'mail', 'pid=1', `start=${start}`);
	stage.carry([{ do: 'restart', name: undefined }, old(4)]);
	stage.world.settle();
	expect(stage.world.because).toHaveLength(5);
	stage.carry([{ do: 'restart', name: undefined }, old(5)]);
	expect(stage.world.states('mail')).toBe('mail running');
	stage.carry([{ do: 'restart', name: 'mail' }, old(5)]);
	expect(stage.world.states('mail')).toBe('mail stopping');
});

test('An order comes after what was ordered of that process before: the last one wins.', () => {
	const stage = new Stage(shop);
	stage.carry(
		[{ do: 'restart', name: 'mail' }, exited],
		[{ do: 'stop', name: 'db', timeout: undefined }, exited],
		[{ do: 'restart', name: 'db' }, exited],
	);
	stage.world.settle();
	expect(stage.world.states()).toBe('db running, web running, mail running');
	stage.carry(
		[{ do: 'restart', name: 'db' }, exited],
		[{ do: 'stop', name: 'db', timeout: undefined }, exited],
		[{ do: 'start', name: 'mail' }, exited],
	);
	stage.world.settle();
	expect(stage.world.states()).toBe('db stopped, web waiting, mail running');
});
