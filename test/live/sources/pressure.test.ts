import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { epoll } from '../../../src/native/poller.ts';
import { Pressure } from '../../../src/sources/pressure.ts';
import { temporary } from '../../archon.ts';
import { until } from '../until.ts';
import { closing, Heard, poller, want } from './heard.ts';

/** Visible in the report: a kernel without PSI has nothing to tell. */
const told = test.skipIf(!existsSync('/proc/pressure/cpu'));

function descriptors(): number {
	return readdirSync('/proc/self/fd').length;
}

/** Processes that want twice as many processors as there are. */
function busy(): ChildProcess[] {
	const all = Array.from({ length: 2 * cpus().length }, () =>
		spawn('/bin/sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' }),
	);
	onTestFinished(() => {
		for (const one of all) {
			one.kill('SIGKILL');
		}
	});
	return all;
}

told('that processes wait for a processor is told, with how many percent of the time', async () => {
	const heard = new Heard();
	const source = closing(new Pressure(heard.ports));
	source.want([want('pressure.cpu')]);
	busy();
	const line = await heard.line('pressure.cpu');
	expect(line).toMatch(/^pressure\.cpu - some=\d+\.\d\d full=\d+\.\d\d$/);
	const first = performance.now();
	const before = heard.lines.length;
	await until(() => heard.lines.length > before);
	// At most once in its time of two seconds, which the kernel counts more coarsely than we do.
	expect(performance.now() - first).toBeGreaterThan(1500);
	expect(heard.troubles).toEqual([]);
});

told('only what somebody asks for is armed, and all is given back', () => {
	const before = descriptors();
	const source = closing(new Pressure(new Heard().ports));
	source.want([]);
	expect(descriptors()).toBe(before);
	source.want([want('pressure.memory')]);
	source.want([want('pressure.memory'), want('pressure.memory')]);
	expect(descriptors()).toBe(before + 1);
	source.want([want('pressure.io'), want('pressure.cpu')]);
	expect(descriptors()).toBe(before + 2);
	source.close();
	expect(descriptors()).toBe(before);
});

test('where there is none that is said, once', () => {
	const heard = new Heard();
	const source = closing(new Pressure({ ...heard.ports, pressureDirectory: '/nowhere' }));
	source.want([want('pressure.io')]);
	source.want([]);
	source.want([want('pressure.io')]);
	expect(heard.troubles).toEqual([
		"pressure.io is not told here: ENOENT: no such file or directory, open '/nowhere/io'",
	]);
});

test('the shares are those of the last ten seconds; what the kernel does not have is left out', () => {
	const directory = `${temporary()}/pressure`;
	mkdirSync(directory);
	writeFileSync(`${directory}/cpu`, '');
	let happen: (events: number) => void = () => {};
	const fake = {
		watchUrgent(_fd: number, handler: (events: number) => void) {
			happen = handler;
			return 1;
		},
		unwatchUrgent: () => {},
	};
	const heard = new Heard();
	const source = closing(new Pressure({ ...heard.ports, poller: fake, pressureDirectory: directory }));
	source.want([want('pressure.cpu')]);
	writeFileSync(
		`${directory}/cpu`,
		'some avg10=12.50 avg60=1.00 avg300=0.00 total=7\nfull avg10=0.25 avg60=0.00\n',
	);
	happen(epoll.pri);
	writeFileSync(`${directory}/cpu`, 'some avg10=99.99 avg60=1.00 avg300=0.00 total=7\n');
	happen(epoll.pri);
	expect(heard.lines).toEqual(['pressure.cpu - some=12.50 full=0.25', 'pressure.cpu - some=99.99']);
});

told(
	'a descriptor that is watched for what is urgent does not hold up the others, and is watched once',
	() => {
		expect(() => poller.watchUrgent(-1, () => {})).toThrow('cannot be watched');
	},
);
