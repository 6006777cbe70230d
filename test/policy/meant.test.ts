import { expect, test } from 'vitest';
import { isRefusal } from '../../src/base/refusal.ts';
import { fieldOf, meant, nameOf, startOf } from '../../src/policy/meant.ts';
import { happened, Stage } from './stage.ts';

function namesOf(stage: Stage, ...asked: [string | undefined, ReturnType<typeof happened>]): string {
	const found = meant(stage.table, ...asked);
	return isRefusal(found) ? found.refused : found.map(({ name }) => name).join(' ');
}

test('A name is what it is in a request, none is the process of the event.', () => {
	const stage = new Stage([{ name: 'web', instances: 2 }, { name: 'db' }]);
	const ready = happened(1, 'process.ready', 'db', 'pid=4', 'start=2');
	expect(namesOf(stage, 'web', ready)).toBe('web@1 web@2');
	expect(namesOf(stage, '*', ready)).toBe('db web@1 web@2');
	expect(namesOf(stage, undefined, ready)).toBe('db');
	expect(namesOf(stage, undefined, happened(1, 'group.failed', 'web'))).toBe('web@1 web@2');
	expect(namesOf(stage, undefined, happened(1, 'process.exited', 'gone', 'start=1'))).toBe(
		'nothing is called "gone"; Status lists what there is',
	);
	expect(namesOf(stage, undefined, happened(1, 'timer', '-'))).toBe('timer is about no process: give a name');
});

test('What an event says is read from its fields.', () => {
	const event = happened(1, 'process.exited', 'db', 'pid=4', 'start=12', 'command=a=b');
	expect([fieldOf(event, 'pid'), fieldOf(event, 'command'), fieldOf(event, 'exit')]).toEqual([
		'4',
		'a=b',
		undefined,
	]);
	expect([startOf(event), startOf(happened(1, 'timer', '-'))]).toEqual([12, undefined]);
	expect([nameOf(event), isRefusal(nameOf(happened(1, 'timer', '-')))]).toEqual(['db', true]);
});
