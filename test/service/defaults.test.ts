import { describe, expect, it } from 'vitest';
import { plainService } from '../../src/service/defaults.ts';

describe('a service of which nothing is said', () => {
	it('has the defaults of the manual', () => {
		expect(plainService).toMatchObject({
			ready: { tag: 'exec' },
			startTimeout: 30_000,
			directory: '/',
			umask: 0o022,
			restart: 'on-failure',
			stop: { signal: 15, timeout: 10_000 },
			limit: { failures: 5, within: 10_000, retry: 300_000 },
			log: { max: 10_485_760, keep: 5 },
			instances: 1,
		});
	});
});
