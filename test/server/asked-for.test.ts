import { expect, test } from 'vitest';
import type { Request } from '../../src/requests/request.ts';
import { askedFor, isCarried } from '../../src/server/asked-for.ts';

const ping = { name: 'Ping' } as Request;
const dispatch = { find: (name: string) => (name === 'Ping' ? ping : undefined) };
const record = (text: string) => ({ tag: 'record', text, quoted: text.includes('"'), fds: [] }) as const;

test('a record asks for the request that it names, or for none', () => {
	expect(askedFor(record('Ping,a'), dispatch)).toEqual({ fields: ['Ping', 'a'], request: ping });
	expect(askedFor(record('Pong'), dispatch)).toEqual({ fields: ['Pong'], request: undefined });
	expect(askedFor(record('"Ping'), dispatch)).toMatchObject({
		fields: { refused: expect.any(String) },
		request: undefined,
	});
});

test('what changes something ends with the daemon unless it is made to outlive it', () => {
	const of = (outlives: boolean, onlyAsks: boolean) => isCarried({ outlives, onlyAsks } as Request);
	expect([of(true, false), of(false, true), of(false, false)]).toEqual([true, true, false]);
	expect(isCarried(undefined)).toBe(true);
});
