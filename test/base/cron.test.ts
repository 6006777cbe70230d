import { expect, test } from 'vitest';
import { checkCron } from '../../src/base/cron.ts';

test.each(['0 3 * * *', '*/5 * * * *', '0 0 29 2 *', '0 9-17 * * MON-FRI'])('%s comes', (text) => {
	expect(checkCron(text)).toBeUndefined();
});

test.each(['', '0 3 * *', '0 0 31 2 *', '61 * * * *', 'daily', '0 0 3 * * *'])('%j is refused', (text) => {
	expect(checkCron(text)).toEqual({ refused: expect.stringContaining(`"${text}"`) });
});
