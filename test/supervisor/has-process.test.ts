import { expect, test } from 'vitest';
import { plainService } from '../../src/service/defaults.ts';
import type { Service } from '../../src/service/service.ts';
import { hasProcess } from '../../src/supervisor/has-process.ts';
import { newEntry, serviceEntry } from '../../src/supervisor/new-entry.ts';

const service = (name: string, instances = 1): Service => ({
	...plainService,
	run: ['sleep', '1'],
	name,
	instances,
});
const config = (...all: Service[]) => ({ services: new Map(all.map((it) => [it.name, it])) });
const entry = (name: string, instance: number) => serviceEntry(service(name), instance, true);

test('a configuration has the one process of a service, or those of its instances', () => {
	const one = config(service('web'));
	const three = config(service('web', 3));
	const all = [0, 1, 3, 4].map((instance) => entry('web', instance));
	expect(all.map((it) => hasProcess(one, it))).toEqual([true, false, false, false]);
	expect(all.map((it) => hasProcess(three, it))).toEqual([false, true, true, false]);
	expect([entry('db', 0), newEntry('web', 'run')].map((it) => hasProcess(one, it))).toEqual([false, false]);
});
