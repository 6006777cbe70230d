import { expect, test } from 'vitest';
import { Views } from '../../src/policy/view.ts';
import { plainService } from '../../src/service/defaults.ts';
import { Table } from '../../src/supervisor/table.ts';
import { entryIn, mainOf, running } from '../supervisor/entries.ts';
import { happened } from './stage.ts';

function views() {
	const table = new Table();
	const labels = new Map([['tier', 'gold']]);
	const service = { ...plainService, name: 'web', run: ['x'], labels };
	const web = entryIn(running, { service, process: mainOf(12, { since: 5 }) });
	table.add(web);
	return { web, views: new Views(table) };
}

test('A process is seen as Status shows it, with its labels.', () => {
	const { web, views: seen } = views();
	expect(seen.of('web')).toEqual({
		name: 'web',
		kind: 'daemon',
		state: 'running',
		pid: 12,
		since: 5,
		restarts: 0,
		last: '-',
		reason: '',
		labels: { tier: 'gold' },
	});
	web.process = undefined;
	expect(seen.of('web')).toMatchObject({ pid: undefined, since: undefined });
	expect(seen.of('db')).toBeUndefined();
});

test('Its latest sample is known until it ends.', () => {
	const { views: seen } = views();
	seen.hear(happened(1, 'process.sample', 'web', 'rss=100', 'cpu=2.5', 'fds=3'));
	seen.hear(happened(2, 'process.sample', 'web', 'rss=200', 'cpu=x'));
	seen.hear(happened(3, 'process.sample', 'db', 'rss=300'));
	expect(seen.of('web')).toMatchObject({ rss: 200 });
	expect(seen.of('web')).not.toHaveProperty('cpu');
	seen.hear(happened(4, 'process.exited', 'web'));
	expect(seen.of('web')).not.toHaveProperty('rss');
});
