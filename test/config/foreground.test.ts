import { expect, test } from 'vitest';
import { checkForeground } from '../../src/config/foreground.ts';
import { formatMistake } from '../../src/config/mistake.ts';
import { loaded } from './scratch.ts';

const toml = `
[service.web]
run = ["web"]
[service.many]
run = ["web"]
instances = 2
[service.later]
run = ["web"]
manual = true
[service.timed]
run = ["web"]
every = "1s"
[service.logged]
run = ["web"]
ready = "log:x"
`;

async function told(name: string | undefined): Promise<string[]> {
	return checkForeground(await loaded(toml), name).map(formatMistake);
}

test('a service that runs once and from the start may have the exit code; nobody has to', async () => {
	expect(await told('web')).toEqual([]);
	expect(await told(undefined)).toEqual([]);
});

test('any other is a mistake that says why', async () => {
	expect(await told('wbe')).toEqual(['--foreground: there is no service "wbe", did you mean "web"?']);
	expect(await told('é\n')).toEqual(['--foreground: there is no service "\xc3\xa9\\u{a}"']);
	expect(await told('many')).toEqual([
		'--foreground: "many" has 2 instances, and only one can have the exit code',
	]);
	expect(await told('later')).toEqual(['--foreground: "later" is manual, so nothing would start it']);
	expect(await told('timed')).toEqual([
		'--foreground: "timed" is started at its times, so it never ends for good',
	]);
	expect(await told('logged')).toEqual([
		'--foreground: "logged" is ready by a line of its log, and in the foreground it writes none',
	]);
});
