import { expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { ask, rows } from './ask.ts';

const recycle = `
rule "mail follows web" {
	on = "process.started", when = { name = "web" },
	act = start { name = "mail", because = "web is there" },
}
`;
const toml = `
[service.web]
run = ["sleep", "60"]
manual = true
[service.mail]
run = ["sleep", "60"]
manual = true
`;

test('a rule in the folder is carried out when what it waits for happens', async () => {
	const archon = await Archon.configured(toml, temporary(), { 'follow.lua': recycle });
	await new Promise((r) => setTimeout(r, 1000));
	console.log(await rows(archon, 'Rules'), archon.said);
	expect(await ask(archon, 'Start', 'web')).toBe('Ok');
	await new Promise((r) => setTimeout(r, 500));
	console.log(await rows(archon, 'Events'));
	console.log(await rows(archon, 'Rules'), archon.said);
});
