import { expect, test } from 'vitest';
import { Turns } from '../../src/rules/turns.ts';

const nextTurn = () => new Promise(setImmediate);

test('A turn is over 5 ms after it began, and another begins when the loop had its turn.', async () => {
	let time = 100;
	const turns = new Turns(() => time);
	expect(turns.isOver).toBe(false);
	turns.begin();
	time += 4;
	turns.begin();
	expect(turns.isOver).toBe(false);
	time += 1;
	expect(turns.isOver).toBe(true);
	await nextTurn();
	expect(turns.isOver).toBe(false);
	turns.begin();
	expect(turns.isOver).toBe(false);
});

test('Who is to go on does so in the next turn, in the order of asking; who asks then, in the one after it.', async () => {
	const turns = new Turns(() => 0);
	const went: string[] = [];
	turns.inNext(() => {
		went.push('one');
		turns.inNext(() => went.push('again'));
	});
	turns.inNext(() => went.push('two'));
	expect(went).toEqual([]);
	await nextTurn();
	expect(went).toEqual(['one', 'two']);
	await nextTurn();
	expect(went).toEqual(['one', 'two', 'again']);
});

test('Who had no time goes before those that went.', async () => {
	let time = 0;
	const turns = new Turns(() => time);
	const went: string[] = [];
	const busy = (name: string) => () => {
		went.push(name);
		time += 5;
		turns.inNext(busy(name));
	};
	for (const name of ['one', 'two', 'three']) {
		turns.inNext(busy(name));
	}
	for (let i = 0; i < 6; i++) {
		await nextTurn();
	}
	expect(went).toEqual(['one', 'two', 'three', 'one', 'two', 'three']);
});
