import { expect, test } from 'vitest';
import { plainDraft } from '../../../src/config/draft.ts';
import { plainService } from '../../../src/service/defaults.ts';
import { Sight } from '../../../src/supervisor/sight.ts';
import { Table } from '../../../src/supervisor/table.ts';
import { noFacts } from '../../../src/supervisor/why.ts';
import { entryIn } from '../../supervisor/entries.ts';

function sight(...names: string[]): Sight {
	const table = new Table();
	for (const name of names) {
		const service = { ...plainService, name, run: [name] };
		table.add(entryIn({ tag: 'stopped' }, { name, service: name === 'db' ? undefined : service }));
	}
	return new Sight({
		table,
		family: () => ({ keeper: process.pid, own: [], markOf: () => 0, hasOutlived: () => false }),
		facts: () => ({ ...noFacts(Date.now()), failedGroup: 'shop' }),
		defaults: () => ({ ...plainDraft, nice: 5 }),
	});
}

test('a name or glob means what it does in Status', async () => {
	const found = await sight('web-1', 'web-2', 'db').usage('web-*');
	expect(found).toEqual([
		['web-1', 0, 0, '0.0', 0],
		['web-2', 0, 0, '0.0', 0],
	]);
	expect(await sight().usage(undefined)).toEqual([]);
	const unmatched = { refused: 'nothing matches "web-*"; Status lists what there is' };
	expect([await sight('db').usage('web-*'), sight('db').why('web-*')]).toEqual([unmatched, unmatched]);
	const refused = { refused: 'nothing is called "web"; Status lists what there is' };
	expect(await sight('db').usage('web')).toEqual(refused);
	expect(sight('db').why('web')).toEqual(refused);
});

test('why knows what it is told of an entry', () => {
	expect(sight('web').why('web')).toEqual([
		['web', 'web was stopped by request.'],
		['web', 'archonctl start web starts it; it stays as it is until then.'],
		['web', 'Its group shop failed; archonctl start shop starts all of it.'],
	]);
});

test('the tree has this process as its root', async () => {
	expect((await sight('web').tree())[0]?.[1]).toBe(process.pid);
});

test('a daemon is saved against the defaults, what has no description is refused', async () => {
	expect(await sight('web').save('web')).toEqual({
		refused: 'nice is something in [defaults] and nothing here, which the file cannot say',
	});
	expect(await sight('db').save('db')).toEqual({
		refused: '"db" is not known well enough: only a daemon can be saved',
	});
	expect(await sight('db').save('web')).toEqual({
		refused: 'nothing is called "web"; Status lists what there is',
	});
});
