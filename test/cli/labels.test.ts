import { expect, test } from 'vitest';
import { labelsOf } from '../../src/cli/labels.ts';

test('labels are found among the rows of Config, quoted names too', () => {
	const rows = [
		['service.web.labels.tier', 'gold', 'archon.toml:3'],
		['service.web.labels."a.b c"', '1', 'archon.toml:4'],
		['service."web.1".labels.tier', 'silver', 'archon.toml:9'],
		['service.web.nice', '5', 'archon.toml:5'],
		['defaults.labels.tier', 'none', 'default'],
		[],
	];
	expect(Object.fromEntries(labelsOf(rows))).toEqual({
		web: { tier: 'gold', 'a.b c': '1' },
		'web.1': { tier: 'silver' },
	});
});
