import { expect, test } from 'vitest';
import { refuse } from '../../../src/base/refusal.ts';
import type { Life } from '../../../src/process/state.ts';
import { plainService } from '../../../src/service/defaults.ts';
import { isWorthAPage, pageOf, serviceText } from '../../../src/supervisor/book/page.ts';
import { restore } from '../../../src/supervisor/book/restore.ts';
import { newEntry, serviceEntry } from '../../../src/supervisor/new-entry.ts';
import { Table } from '../../../src/supervisor/table.ts';

const service = { ...plainService, name: 'web', run: ['sleep', '1'] };
const life: Life = { state: { tag: 'backoff', until: 99 }, history: { restarts: 3, row: 2, ends: [1, 2] } };
const cgroups = refuse('not in this test');

test('an entry of the configuration becomes what its page says', () => {
	const table = new Table();
	const entry = serviceEntry(service, 0, true);
	const before = { ...serviceEntry(service, 0, true), life, remark: 'why', newest: 7, cause: 5 };
	table.add(entry);
	const [back] = restore({ table, cgroups }, [pageOf(before, {})]);
	expect(back?.entry).toBe(entry);
	expect(entry).toMatchObject({ life, remark: 'why', newest: 7, cause: 5 });
});

test('one that a request had made is made again, with its service', () => {
	const table = new Table();
	const page = { ...pageOf(serviceEntry(service, 0, false), {}), service: serviceText(service) };
	restore({ table, cgroups }, [JSON.parse(JSON.stringify(page))]);
	expect(table.get('web')?.launch?.args).toEqual(['sleep', '1']);
	expect(table.get('web')?.isConfigured).toBe(false);
});

test('one that is called otherwise than its service is known by its own name', () => {
	const table = new Table();
	const page = { ...pageOf(newEntry('web-2', 'daemon'), {}), service: serviceText(service) };
	const [back] = restore({ table, cgroups }, [page]);
	expect([back?.entry.name, back?.entry.launch?.args]).toEqual(['web-2', ['sleep', '1']]);
	expect([table.get('web-2'), table.get('web')]).toEqual([back?.entry, undefined]);
});

test('a daemon that nothing describes any more is left out, runs and foreign processes are not', () => {
	const table = new Table();
	const pages = (['daemon', 'run', 'foreign'] as const).map((kind) => pageOf(newEntry(kind, kind), {}));
	expect(restore({ table, cgroups }, pages).map(({ entry }) => entry.name)).toEqual(['run', 'foreign']);
});

test('a run has a page only while it is more than running', () => {
	const of = (tag: string) => newEntry('job', 'run', { life: { ...life, state: { tag } as Life['state'] } });
	expect(
		['starting', 'running', 'stopping', 'paused', 'exited'].filter((tag) => isWorthAPage(of(tag))),
	).toEqual(['stopping', 'paused']);
	expect(isWorthAPage(newEntry('web', 'daemon'))).toBe(true);
});
