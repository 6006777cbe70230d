import { chmodSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ask, rows } from '../../session/ask.ts';
import { ruled } from '../../session/ruled.ts';
import { crash } from '../crash.ts';

test('rules that everybody may write are refused by Reload, and a daemon that begins goes on without what is new', async () => {
	const archon = await ruled('', 'rule "one" { on = "process.failed", act = log "x" }');
	const path = `${archon.directory}/rules/rules.lua`;
	chmodSync(path, 0o666);
	expect(await ask(archon, 'Reload')).toMatch(/^Error,.*mode 0666\): chmod go-w .*rules\.lua/);
	await crash(archon);
	expect(await rows(archon, 'Rules')).toMatchObject([
		{ file: 'rules.lua', rule: 'one' },
		{ file: 'rules.lua', rule: '-', error: expect.stringContaining(`chmod go-w ${path}`) },
	]);
	chmodSync(path, 0o600);
	expect(await ask(archon, 'Reload')).toBe('Ok');
	expect(await rows(archon, 'Rules')).toMatchObject([{ rule: 'one', error: '' }]);
});
