import { expect, test } from 'vitest';
import { Members } from '../../../src/supervisor/graph/members.ts';
import { begin, beginOf, nameOf, pathText } from '../../../src/supervisor/graph/nodes.ts';

test('what stands for several has a node before its members, and one behind them', () => {
	const members = new Members([{ name: 'web', instances: 2 }]);
	expect([begin(members, 'web'), begin(members, 'db'), beginOf('x')]).toEqual(['web^', 'db', 'x^']);
	expect(['web^', 'db'].map(nameOf)).toEqual(['web', 'db']);
});

test('a way is shown by names, with arrows', () => {
	const shown = (...nodes: string[]) => Buffer.from(pathText(nodes), 'latin1').toString();
	expect(shown('shop^', 'db', 'shop', 'shop^')).toBe('shop → db → shop');
	expect(shown('a', 'a')).toBe('a → a');
	expect(shown(...'abcdefghijkl')).toBe('a → b → c → d → e → f → g → h → i → j → k → l');
	expect(shown(...'abcdefghijklm')).toBe('a → b → c → d → e → f → ... → i → j → k → l → m');
});
