import { expect, test } from 'vitest';
import { plainService } from '../../src/service/defaults.ts';
import type { Ready } from '../../src/service/service.ts';
import { readyWhen } from '../../src/supervisor/ready-when.ts';
import { entryIn, running } from './entries.ts';

const ways: [Ready, string][] = [
	[{ tag: 'exec' }, 'its program has to be running'],
	[{ tag: 'notify' }, 'it has to say READY=1 to its NOTIFY_SOCKET'],
	[{ tag: 'fd', fd: 3 }, 'it has to write a line into its descriptor 3'],
	[{ tag: 'log', pattern: '^up' }, 'it has to write a line that matches ^up'],
	[{ tag: 'tcp', host: '::1', port: 80 }, 'tcp:[::1]:80 has to answer'],
	[{ tag: 'http', url: 'http://a/b' }, 'http://a/b has to answer'],
	[{ tag: 'run', args: ['check', '-q'] }, 'check,-q has to end with 0'],
];

test.each(ways)('%j says what has to happen', (ready, words) => {
	const service = { ...plainService, name: 'web', run: ['web'], ready };
	expect(readyWhen(entryIn(running, { service }))).toBe(words);
});

test('a oneshot is ready when it has ended well', () => {
	const { spec } = entryIn(running);
	expect(readyWhen(entryIn(running, { spec: { ...spec, ready: 'end' } }))).toBe('it has to end with 0');
	expect(readyWhen(entryIn(running))).toBe('its program has to be running');
});
