import { expect, test } from 'vitest';
import { Logger } from './logger.ts';
import { heldBytes, type LostBatch, leaveBatch, setKeepers } from './lost-batch.ts';
import { until } from './until.ts';

test('what is held goes on where nothing was in flight and the keeper is the same', async () => {
	expect(await afterDeath({ phase: 'taken' }, 1)).toEqual(['o first', 'o abc643']);
});

test('what is held ends where what followed on it went with the keeper: nothing is glued to it', async () => {
	expect(await afterDeath({ phase: 'taken' }, 2)).toEqual(['o first', 'o abc', 'o 643']);
});

test('what was written with a batch that is lost is not written again', async () => {
	expect(await afterDeath({ phase: 'taken', wasWritten: true }, 2)).toEqual(['o first', 'o 643']);
	expect(await afterDeath({ phase: 'written', wasWritten: true }, 2)).toEqual(['o first', 'o 643']);
});

test('what is held ends behind a batch without a line break that was done with and lost', async () => {
	expect(await afterDeath({ phase: 'written' }, 2)).toEqual(['o first', 'o abc', 'o 643']);
});

/** The log behind an archon-log that died amid a batch behind "abc", its flight empty for the next one. */
async function afterDeath(batch: Omit<LostBatch, 'held'>, keepers: number): Promise<string[]> {
	const logger = new Logger().start();
	const pair = logger.open(0, 'd.web');
	pair.write('out', 'first\nabc');
	await logger.recorded('web', 1);
	await until(() => heldBytes(logger) === 3);
	await logger.end('SIGKILL');
	leaveBatch(logger, 'web', { ...batch, held: 3 });
	setKeepers(logger, keepers);
	logger.start();
	pair.write('out', '643\n');
	pair.close();
	logger.retire(0);
	await logger.done(0);
	return logger.records('web');
}
