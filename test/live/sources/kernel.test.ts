import { expect, test } from 'vitest';
import { type KernelPorts, kernelSources } from '../../../src/sources/kernel.ts';
import { until } from '../until.ts';
import { closing, Heard, want } from './heard.ts';

function kernel() {
	const heard = new Heard();
	const done: string[] = [];
	const ports: KernelPorts = {
		...heard.ports,
		native: {
			...heard.ports.native,
			procsOpen() {
				done.push('procs');
				return -38;
			},
		},
		keeper: process.pid,
		asked() {
			done.push('asked');
			return [];
		},
		measure: async () => {},
		every: () => 10,
		isOurs: () => false,
		nameOf: () => undefined,
		pressureDirectory: '/nowhere',
		path: '/nowhere',
	};
	const it = kernelSources(ports);
	it.sources.map(closing);
	return { it, done, heard };
}

test('each type has one source, and each begins when it is wanted', async () => {
	const { it, done, heard } = kernel();
	expect(it.sources.flatMap(({ types }) => types)).toEqual([
		'process.sample',
		'process.spawned',
		'pressure.cpu',
		'pressure.memory',
		'pressure.io',
		'oom.killed',
	]);
	it.retimed();
	it.adopted(1);
	const [sampler, spawned, pressure, oom] = it.sources;
	sampler?.want([want('process.sample')]);
	await until(() => done.includes('asked'));
	expect(done).not.toContain('procs');
	spawned?.want([want('process.spawned')]);
	await until(() => done.includes('procs'));
	pressure?.want([want('pressure.io')]);
	oom?.want([want('oom.killed')]);
	await until(() => heard.troubles.length === 3);
	expect(heard.troubles.map((text) => text.split(' ')[0])).toEqual([
		'process.spawned',
		'pressure.io',
		'oom.killed',
	]);
	it.retimed();
	it.adopted(1);
});
