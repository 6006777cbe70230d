import { expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { plainService } from '../../src/service/defaults.ts';
import type { Service } from '../../src/service/service.ts';
import type { Entry } from '../../src/supervisor/entry.ts';
import { savedIn } from '../../src/supervisor/saved.ts';
import { Table } from '../../src/supervisor/table.ts';
import { entryIn, running } from './entries.ts';

const web: Service = { ...plainService, name: 'web', run: ['sleep', '60'] };

/** Whom a file takes over that describes `web` so. */
function takenOver(wanted: Partial<Service>, of: Partial<Entry> = {}): string[] {
	const table = new Table();
	table.add(entryIn(running, { service: web, ...of }));
	const services = new Map([['web', { ...web, ...wanted }]]);
	return [...savedIn({ services } as unknown as Config, table).keys()];
}

test('a daemon by request that the file describes as it is, is taken over', () => {
	expect(takenOver({})).toEqual(['web']);
	expect(takenOver({ restart: 'always' })).toEqual(['web']);
});

test('one that would have to be restarted for that is not, nor what is no daemon by request of that name', () => {
	expect(takenOver({ run: ['sleep', '61'] })).toEqual([]);
	expect(takenOver({ instances: 2 })).toEqual([]);
	expect(takenOver({}, { isConfigured: true })).toEqual([]);
	expect(takenOver({}, { kind: 'run', service: undefined })).toEqual([]);
	expect(takenOver({}, { service: { ...web, name: 'we' } })).toEqual([]);
});
