import { expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import type { Place } from '../../src/config/mistake.ts';
import { plainService } from '../../src/service/defaults.ts';
import { clashOf } from '../../src/supervisor/clash.ts';

/** A configuration with these services, of so many instances, and groups; each with its keys in a file of its name. */
function config(services: Record<string, number>, ...groups: string[]): Config {
	const places = (name: string) =>
		new Map<string, Place>([
			['nice', { file: `${name}.toml`, line: 2 }],
			['run', { file: `${name}.toml`, line: 3 }],
		]);
	const names = Object.keys(services);
	return {
		services: new Map(names.map((name) => [name, { ...plainService, name, instances: services[name] }])),
		groups: new Map(groups.map((name) => [name, { name }])),
		origins: {
			services: new Map(names.map((name) => [name, { places: places(name), envFiles: [] }])),
			groups: new Map(groups.map((name) => [name, new Map([...places(name)].slice(0, 1))])),
		},
	} as unknown as Config;
}

const nothing = config({});

/** Of a configuration when these are the names of processes by request. */
function clash(next: Config, ...names: string[]): string | undefined {
	return clashOf(next, nothing, (name) => names.includes(name) && { isConfigured: false })?.refused;
}

test('a name that a process by request has is refused with its place and the remedy', () => {
	expect(clash(config({ a: 1, b: 1 }), 'b')).toBe(
		'b.toml:3: the name "b" is taken: Stop,b and Remove,b first',
	);
	expect(clash(config({ c: 2 }), 'c@2')).toBe(
		'c.toml:3: the name "c@2" is taken: Stop,c@2 and Remove,c@2 first',
	);
	expect(clash(config({}, 'g'), 'g')).toBe('g.toml:2: the name "g" is taken: Stop,g and Remove,g first');
	const empty = { ...config({}, 'g'), origins: nothing.origins };
	expect(clash(empty, 'g')).toBe('the name "g" is taken: Stop,g and Remove,g first');
});

test('no name is taken that is free, or was in the configuration before', () => {
	expect(clash(config({ a: 1, c: 2 }, 'g'), 'c@3', 'other')).toBeUndefined();
	const same = config({ a: 1 }, 'g');
	expect(clashOf(same, same, () => ({ isConfigured: false }))).toBeUndefined();
	expect(clashOf(same, nothing, () => ({ isConfigured: true }))).toBeUndefined();
});
