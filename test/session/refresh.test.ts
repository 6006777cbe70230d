import { expect, test } from 'vitest';
import { Archon } from '../archon.ts';

test('Refresh without a name, of what is not there, and of what says nothing of how', async () => {
	const archon = await Archon.start();
	await archon.lines('StartDaemon,"sleep,60",ARCHON_NAME=nap\n');
	expect(await archon.lines('Refresh\nRefresh,web\nRefresh,nap\nRefresh,nap,HUP\n')).toEqual([
		'Error,"name is missing: Refresh,<name>"',
		'Error,"nothing is called ""web""; Status lists what there is"',
		expect.stringMatching(/^Error,"""nap"" says nothing of how it is refreshed/),
		'Error,"""HUP"" is a field too many: Refresh,<name>"',
	]);
});

test('Refresh does what the configuration says', async () => {
	const archon = await Archon.configured('[service.nap]\nrun = ["sleep", "60"]\nreload = ["true"]\n');
	expect(await archon.lines('Wait,nap,running\nRefresh,nap\n')).toEqual(['Ok', 'Ok']);
});
