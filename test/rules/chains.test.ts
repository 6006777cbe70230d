import { expect, test } from 'vitest';
import { Chains, chainEnd, widestChain } from '../../src/rules/chains.ts';

test('As many rules may answer one after the other as before the end, the next one is told, others after it not.', () => {
	const chains = new Chains();
	const answers = Array.from({ length: chainEnd + 2 }, (_, i) => chains.join(i + 1, i === 0 ? undefined : i));
	expect(answers.slice(0, chainEnd - 1).every((one) => one === true)).toBe(true);
	expect(answers[chainEnd - 1]).toEqual({
		refused: 'it is the 16th rule in a chain of events that rules caused: nothing is done',
	});
	expect(answers.slice(chainEnd)).toEqual([false, false]);
});

test('Several rules that answer one event are no chain.', () => {
	const chains = new Chains();
	expect(Array.from({ length: 100 }, () => chains.join(1, undefined)).every((one) => one === true)).toBe(
		true,
	);
	expect(chains.join(2, 1)).toBe(true);
});

test('Of all that one event brings about no more than so many may be answered, which is told once.', () => {
	const chains = new Chains();
	for (let i = 1; i <= widestChain; i++) {
		expect(chains.join(i, i === 1 ? undefined : 1)).toBe(true);
	}
	expect(chains.join(5000, 1)).toHaveProperty('refused');
	expect([chains.join(5001, 1), chains.join(5002, 7)]).toEqual([false, false]);
	expect(chains.join(5003, undefined)).toBe(true);
});

test('What was caused by an event that no rule answered begins a chain.', () => {
	const chains = new Chains();
	for (let i = 1; i <= 100; i += 2) {
		expect(chains.join(i + 1, i)).toBe(true);
	}
});

test('The oldest are forgotten, and no sooner than after 65 536 others.', () => {
	const chains = new Chains();
	for (let i = 1; i < chainEnd; i++) {
		chains.join(i, i - 1 || undefined);
	}
	for (let i = 0; i < 65_536; i++) {
		chains.join(100 + i, undefined);
	}
	expect(chains.join(1_000_000, chainEnd - 1)).toHaveProperty('refused');
	for (let i = 0; i < 131_072; i++) {
		chains.join(100_000 + i, undefined);
	}
	expect(chains.join(1_000_001, chainEnd - 1)).toBe(true);
});
