import { expect, test } from 'vitest';
import { partsOf } from '../../src/rules/pattern-parts.ts';

test.each([
	['%', "malformed pattern (ends with '%')"],
	['a%', "malformed pattern (ends with '%')"],
	['[a', "malformed pattern (missing ']')"],
	['[]', "malformed pattern (missing ']')"],
	['[^]', "malformed pattern (missing ']')"],
	['[a%]', "malformed pattern (missing ']')"],
	['[%', "malformed pattern (missing ']')"],
	['%b', "malformed pattern (missing arguments to '%b')"],
	['%b(', "malformed pattern (missing arguments to '%b')"],
	['%f', "missing '[' after '%f' in pattern"],
	['%fa', "missing '[' after '%f' in pattern"],
	['(', 'unfinished capture'],
	['(()', 'unfinished capture'],
	[')', 'invalid pattern capture'],
	['())', 'invalid pattern capture'],
	['%1', 'invalid capture index %1'],
	['%0', 'invalid capture index %0'],
	['(%1)', 'invalid capture index %1'],
	['()'.repeat(33), 'too many captures'],
	['a?'.repeat(200), 'pattern too complex'],
])('%j is refused in the words of Lua', (pattern, reason) => {
	expect(partsOf(pattern)).toEqual({ refused: reason });
});
