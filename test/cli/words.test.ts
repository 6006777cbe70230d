import { expect, test } from 'vitest';
import { actionWords } from '../../src/cli/words.ts';
import type { CustomType } from '../../src/events/event.ts';
import type { Action } from '../../src/rules/action.ts';

const name = undefined;
const because = undefined;

const said: [Action, string][] = [
	[{ do: 'start', name: 'db', because }, 'start db'],
	[{ do: 'restart', name, because: 'memory' }, 'restart web because memory'],
	[{ do: 'pause', name, because }, 'pause web'],
	[{ do: 'resume', name: 'db', because }, 'resume db'],
	[{ do: 'stop', name, timeout: undefined, because }, 'stop web'],
	[{ do: 'stop', name: 'db', timeout: 5000, because }, 'stop db within 5s'],
	[{ do: 'signal', name, signal: 1, because }, 'signal web HUP'],
	[{ do: 'run', args: ['mail', '-s', 'a, b'], env: [], as: undefined, because }, 'run mail,-s,"a, b"'],
	[{ do: 'run', args: ['ls'], env: ['A=1', 'B=2'], as: 'job', because }, 'run ls as job with A=1,B=2'],
	[{ do: 'monitor', pid: 12, name: 'pg', because }, 'monitor 12 as pg'],
	[{ do: 'monitor', pid: undefined, name, because }, 'monitor its pid'],
	[{ do: 'depend', name, on: 'db', kind: 'wants', because }, 'depend web on db (wants)'],
	[{ do: 'undepend', name: 'api', on: 'db', because }, 'undepend api on db'],
	[
		{ do: 'emit', type: 'pager.sent' as CustomType, name, fields: ['a=1', 'b=2'], because },
		'emit pager.sent web a=1 b=2',
	],
	[{ do: 'log', level: 'warn', text: 'so it is', because }, 'log warn: so it is'],
	[{ do: 'fail', because: 'not at night' }, 'fail because not at night'],
	[{ do: 'allow', because }, 'allow'],
];

test.each(said)('%o is told as %s', (action, words) => {
	expect(actionWords(action, 'web')).toBe(words);
});
