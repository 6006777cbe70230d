import { expect, test } from 'vitest';
import { withBootUnit } from '../../src/config/boot-unit.ts';
import type { Config } from '../../src/config/config.ts';
import { areMistakes, formatMistake } from '../../src/config/mistake.ts';
import { loaded } from './scratch.ts';

const usual = { value: '/etc/rc', source: 'default' };
const named = { value: '/boot/é', source: '--rc' };
const two = '[service.db]\nrun = ["db"]\n[service.web]\nrun = ["web"]\nrequires = ["db"]\nafter = ["db"]\n';

function orders(config: Config | readonly unknown[]): Record<string, readonly string[]> {
	return Object.fromEntries(Array.from((config as Config).services, ([name, { after }]) => [name, after]));
}

test('without a program and a service of that name nothing changes', async () => {
	const config = await loaded(two);
	expect(withBootUnit(config, undefined)).toBe(config);
});

test('a program is a oneshot whose leavings go on, and everything comes after it', async () => {
	const config = withBootUnit(await loaded(two), named) as Config;
	expect(orders(config)).toEqual({ rc: [], db: ['rc'], web: ['db', 'rc'] });
	expect(config.services.get('rc')).toMatchObject({
		run: ['/boot/\xc3\xa9'],
		oneshot: true,
		restart: 'never',
		sweeps: false,
		startTimeout: undefined,
	});
});

test('a service called rc goes before the usual program, and what it needs before it', async () => {
	const toml = `${two}[service.rc]\nrun = ["boot"]\nrequires = ["web"]\n[service.late]\nrun = ["late"]\nafter = ["rc"]\n`;
	for (const program of [undefined, usual]) {
		const config = withBootUnit(await loaded(toml), program) as Config;
		expect(orders(config)).toEqual({ db: [], web: ['db'], rc: [], late: ['rc'] });
		expect(config.services.get('rc')?.run).toEqual(['boot']);
	}
});

test('a program that was named and a service of that name, or any and a group, is a mistake', async () => {
	const service = await loaded('[service.rc]\nrun = ["boot"]\n');
	const group = await loaded(`${two}[group.rc]\nmembers = ["db"]\n`);
	const told = (config: Config, program: typeof named) => {
		const result = withBootUnit(config, program);
		return areMistakes(result) ? result.map(formatMistake) : [];
	};
	const text = (kind: string) =>
		`it runs as the service "rc", and the configuration has a ${kind} of that name`;
	expect(told(service, named)).toEqual([`--rc: ${text('service')}`]);
	expect(told(group, named)).toEqual([`--rc: ${text('group')}`]);
	expect(told(group, usual)).toEqual([`/etc/rc: ${text('group')}`]);
});
