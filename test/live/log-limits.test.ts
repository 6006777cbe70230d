import { expect, test } from 'vitest';
import { Logger, until } from './logger.ts';

const line = (n: number) => `${n}${'.'.repeat(62)}\n`; // 90 bytes and the break, as a record

test('a log is rotated at its size, and so many files are kept as it may have', async () => {
	const logger = new Logger().start();
	const pair = logger.open(0, 'd.web', { max: 910, keep: 3 });
	pair.write('out', Array.from({ length: 10 }, (_, n) => line(n)).join(''));
	await logger.recorded('web', 10);
	expect(logger.sizes('web')).toEqual([910]);
	pair.write('out', Array.from({ length: 45 }, (_, n) => line(n % 10)).join(''));
	await until(() => logger.sizes('web')[0] === 455 || undefined);
	expect(logger.sizes('web')).toEqual([455, 910, 910]);
});

test('limits change while it is written to, and fewer files to keep are fewer at once', async () => {
	const logger = new Logger().start();
	const pair = logger.open(0, 'd.web', { max: 91, keep: 9 });
	pair.write('out', [1, 2, 3, 4, 5, 6].map(line).join(''));
	await until(() => logger.sizes('web').length === 6 || undefined);
	logger.limit(0, { max: 182, keep: 2 });
	await until(() => logger.sizes('web').length === 2 || undefined);
	expect(logger.all('web').map((record) => record[27])).toEqual(['5', '6']);
	pair.write('out', [7, 8].map(line).join(''));
	await logger.recorded('web', 1);
	await until(() => logger.all('web').at(-1)?.[27] === '8' || undefined);
	expect([logger.sizes('web'), logger.all('web').map((record) => record[27])]).toEqual([
		[91, 182],
		['6', '7', '8'],
	]);
});

test.for([
	{ max: 1, keep: 1, left: [91] },
	{ max: 90, keep: 2, left: [91, 91] },
	{ max: 91, keep: 3, left: [91, 91, 91] },
	{ max: 181, keep: 3, left: [91, 91, 91] },
	{ max: 182, keep: 2, left: [91, 182] },
	{ max: 183, keep: 1000, left: [91, 182, 182] },
	{ max: 0, keep: 0, left: [455] },
])(
	'of 5 lines of 91 bytes, in files of at most $max bytes, $keep of them, $left are left',
	async (limits) => {
		const logger = new Logger().start();
		logger.open(0, 'd.web', limits).write('out', [1, 2, 3, 4, 5].map(line).join(''));
		await until(() => logger.all('web').at(-1)?.[27] === '5' || undefined);
		expect(logger.sizes('web')).toEqual(limits.left);
	},
);

test('the limits outlive archon-log', async () => {
	const logger = new Logger().start();
	const pair = logger.open(0, 'd.web', { max: 91, keep: 2 });
	pair.write('out', line(1));
	await logger.recorded('web', 1);
	await logger.end('SIGKILL');
	logger.start();
	pair.write('out', [2, 3, 4].map(line).join(''));
	await until(() => logger.all('web').at(-1)?.[27] === '4' || undefined);
	expect(logger.sizes('web')).toEqual([91, 91]);
});
