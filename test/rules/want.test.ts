import { expect, test } from 'vitest';
import { isRefusal } from '../../src/base/refusal.ts';
import { parseFilter } from '../../src/events/filter.ts';
import { wantsOfFilter } from '../../src/rules/want.ts';

function wants(...fields: string[]) {
	const parsed = parseFilter(fields);
	if (isRefusal(parsed)) {
		throw new Error(parsed.refused);
	}
	return wantsOfFilter(parsed.filter);
}

const names = (...globs: string[]) => ({
	name: { is: 'any', of: globs.map((glob) => ({ is: 'glob', glob })) },
});

test('A subscriber asks for what it names, of the names it lets through.', () => {
	expect(wants('types=process.sample;process.exited', 'names=web-*;db', 'exclude=web-9')).toEqual([
		{ type: 'process.sample', when: names('web-*', 'db'), except: names('web-9') },
	]);
	expect(wants('types=request.*')).toEqual([
		{ type: 'request.received', when: {}, except: {} },
		{ type: 'request.handled', when: {}, except: {} },
	]);
});

test('One that excludes a type again, or names none, asks for nothing.', () => {
	expect(wants('types=request.*', 'exclude=*.handled').map(({ type }) => type)).toEqual(['request.received']);
	expect([wants(), wants('types=*'), wants('names=web'), wants('types=process.*')]).toEqual([[], [], [], []]);
});
