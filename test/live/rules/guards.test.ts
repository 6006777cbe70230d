import { setTimeout as later } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ask, status } from '../../session/ask.ts';
import { ruled, sleeping } from '../../session/ruled.ts';
import { crash } from '../crash.ts';

test('what a rule forbids is never carried out, however early in the life of a daemon it is asked', async () => {
	const archon = await ruled(
		sleeping('db') + sleeping('web'),
		`rule "nobody stops the database" {
			on = "request.received", when = { request = "Stop", name = "db" }, act = fail { because = "not now" },
		}`,
	);
	expect(await ask(archon, 'Wait', 'db', 'running')).toBe('Ok');
	const { pid } = await status(archon, 'db');
	for (let i = 0; i < 12; i++) {
		const asked: Promise<string | undefined>[] = [];
		await crash(archon, async () => void asked.push(ask(archon, 'Stop', 'db').catch(() => undefined)));
		// Some before the next one listens, some while it reads its rules, some when they are in force.
		for (let k = 0; k < 8; k++) {
			asked.push(ask(archon, 'Stop', 'db'), ask(archon, 'Stop', k % 2 === 0 ? 'd*' : 'db'));
			await later(20);
		}
		expect(await ask(archon, 'Restart', 'web')).toBe('Ok');
		const replies = (await Promise.all(asked)).filter((it) => it !== undefined);
		expect(replies.length).toBeGreaterThanOrEqual(16);
		for (const reply of replies) {
			// A machine that is busy may keep the rules from an answer: that refuses as well.
			expect(reply).toMatch(/^Error,.*(nobody stops the database|no answer within 100ms)/);
		}
		expect(await status(archon, 'db')).toMatchObject({ state: 'running', pid });
	}
});
