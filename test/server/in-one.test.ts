import { expect, it } from 'vitest';
import { longestReply } from '../../src/protocol/reply.ts';
import { inOne } from '../../src/server/in-one.ts';

const frame = 'Columns,n\nOk\n'.length;

function* row(length: number): Generator<string> {
	yield `${'x'.repeat(length - 1)}\n`;
}

it('an answer that is short enough is one text', () => {
	expect(inOne(['n'], { tag: 'rows', lines: [] })).toBe('Columns,n\nOk\n');
	expect(inOne(['n'], { tag: 'rows', lines: ['Row,1\n', '', 'Row,2\n'] })).toBe(
		'Columns,n\nRow,1\nRow,2\nOk\n',
	);
	expect(inOne(['n'], { tag: 'rows', lines: row(longestReply - frame) })).toHaveLength(longestReply);
});

it('one that is too long by a byte is the same answer, whole', () => {
	const answer = inOne(['n'], { tag: 'rows', lines: row(longestReply - frame + 1) });
	expect(answer).toMatchObject({ tag: 'rows' });
	expect(typeof answer === 'string' ? [] : [...answer.lines]).toEqual([...row(longestReply - frame + 1)]);
});

it('so is one of many rows, of which no more than a thousand are looked at', () => {
	let made = 0;
	function* rows(): Generator<string> {
		for (; made < 1500; made++) {
			yield '';
		}
	}
	const answer = inOne(['n'], { tag: 'rows', lines: rows() });
	expect(made).toBeLessThanOrEqual(1000);
	expect(typeof answer === 'string' ? 0 : [...answer.lines].length).toBe(1500);
});
