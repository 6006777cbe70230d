import { copyFileSync, readFileSync, renameSync } from 'node:fs';
import { expect, test } from 'vitest';
import { temporary } from '../archon.ts';
import { until } from '../live/until.ts';
import { pidOf } from './ask.ts';
import { fieldOf, ruled } from './ruled.ts';
import { Watch } from './watch.ts';

test('what runs with a library that was replaced is restarted by a rule, and then runs with the new one', async () => {
	const directory = temporary();
	const [libm = ''] = /\/\S+\/libm[.-]\S+$/m.exec(readFileSync('/proc/self/maps', 'latin1')) ?? [];
	const library = `${directory}/libx.so`;
	copyFileSync(libm, library);
	const toml = `[service.web]\nrun = ["sleep", "60"]\nenv = { LD_PRELOAD = "${library}" }\n[service.other]\nrun = ["sleep", "60"]\n`;
	const rule = `rule "new library" { on = "library.replaced", when = { name = "web" }, act = restart {} }`;
	const archon = await ruled(toml, rule, directory);
	const watch = await Watch.begin(archon);
	const pid = await pidOf(archon, 'web');
	await until(() => readFileSync(`/proc/${pid}/maps`, 'latin1').includes(library));
	copyFileSync(libm, `${directory}/new`);
	renameSync(`${directory}/new`, library);
	const replaced = await watch.event('library.replaced');
	expect([replaced[4], fieldOf(replaced, 'pid'), fieldOf(replaced, 'path')]).toEqual([
		'web',
		String(pid),
		library,
	]);
	expect((await watch.event('process.stopping'))[4]).toBe('web');
	await watch.event('process.ready', 'web');
	const next = await pidOf(archon, 'web');
	await until(() => readFileSync(`/proc/${next}/maps`, 'latin1').includes(library));
	expect(readFileSync(`/proc/${next}/maps`, 'latin1')).not.toContain('(deleted)');
});
