import { expect, test } from 'vitest';
import { fresh } from '../../src/process/moves.ts';
import { report } from '../../src/supervisor/report.ts';
import { Table } from '../../src/supervisor/table.ts';
import { entryIn, mainOf, running } from './entries.ts';

test('a row is name, kind, state, pid, uptime, restarts, last and reason', () => {
	const table = new Table();
	const history = { ...fresh, restarts: 4 };
	table.add(
		entryIn(running, {
			life: { state: running, history },
			process: mainOf(711, { since: Date.now() - 61_500 }),
			last: { tag: 'exit', code: 3 },
			remark: 'a remark',
		}),
	);
	expect(report(table, '*')).toEqual([['web', 'daemon', 'running', 711, 61, 4, 'exit:3', 'a remark']]);
});

test('pid and uptime are - where there is no process, and a pid that is not known is -', () => {
	const table = new Table();
	table.add(entryIn({ tag: 'stopped' }));
	table.add(entryIn(running, { name: 'x', kind: 'foreign', process: mainOf(0, { since: Date.now() }) }));
	expect(report(table, '*')).toEqual([
		['web', 'daemon', 'stopped', '-', '-', 0, '-', ''],
		['x', 'foreign', 'running', '-', 0, 0, '-', ''],
	]);
});

test('the uptime is never negative, whatever the clock does', () => {
	const table = new Table();
	table.add(entryIn(running, { process: mainOf(711, { since: Date.now() + 60_000 }) }));
	expect(report(table, 'web')).toMatchObject([{ 4: 0 }]);
});

test('rows come by name; a glob that matches nothing is no row, a name that nothing has is refused', () => {
	const table = new Table();
	for (const name of ['b', 'a', 'B', 'a2']) {
		table.add(entryIn(running, { name }));
	}
	const namesOf = (pattern: string) => (report(table, pattern) as unknown[][]).map((row) => row[0]);
	expect(namesOf('*')).toEqual(['B', 'a', 'a2', 'b']);
	expect(namesOf('a*')).toEqual(['a', 'a2']);
	expect(report(table, 'c*')).toEqual([]);
	expect(report(table, 'c')).toEqual({ refused: 'nothing is called "c"; Status lists what there is' });
});
