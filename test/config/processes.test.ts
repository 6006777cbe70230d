import { expect, test } from 'vitest';
import { processesOf, processNames, serviceOfInstance } from '../../src/config/processes.ts';
import { plainService } from '../../src/service/defaults.ts';

test('only of several instances each has a number', () => {
	expect(processNames('web', 1)).toEqual(['web']);
	expect(processNames('web', 3)).toEqual(['web@1', 'web@2', 'web@3']);
});

test('the processes of several configurations are named once each', () => {
	const config = (...all: [string, number][]) => ({
		services: new Map(
			all.map(([name, instances]) => [name, { ...plainService, run: ['true'], name, instances }]),
		),
	});
	const both = processesOf(config(['web', 1], ['db', 1]), config(['web', 2], ['db', 1]));
	expect([...both]).toEqual(['web', 'db', 'web@1', 'web@2']);
});

test('an instance belongs to the service that has so many', () => {
	const count = (name: string) => ({ web: 3, db: 1, 'a@2': 2 })[name];
	const names = ['web@1', 'web@3', 'web@4', 'web@0', 'web@01', 'web@', 'web', 'db@1', 'x@1', 'a@2@1'];
	expect(names.map((it) => serviceOfInstance(it, count))).toEqual([
		'web', 'web', undefined, undefined, undefined, undefined, undefined, undefined, undefined, 'a@2',
	]); // biome-ignore format: as above
});
