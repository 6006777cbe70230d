import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { ask, pidOf, rows } from '../session/ask.ts';
import { Striking } from './striking.ts';

/** Has each daemon find another time in its book than the one that its timers will say. */
function withOtherTimes(program: Striking, directory: string): void {
	const book = JSON.stringify(`${directory}/book`);
	const text = `{ const fs = require('node:fs');
		try {
			const text = fs.readFileSync(${book}, 'utf8');
			fs.writeFileSync(${book}, text.replaceAll(/next at [^"]*/g, 'next at 2000-01-01T00:00:00+00:00'));
		} catch {} }\n`;
	writeFileSync(program.path, text + readFileSync(program.path, 'utf8'));
}

test('a timed start that a daemon died in is taken over, whatever time was written down', async () => {
	const directory = temporary();
	const program = new Striking(directory);
	withOtherTimes(program, directory);
	writeFileSync(`${directory}/archon.toml`, '[service.tick]\nrun = ["sleep", "60"]\nevery = "1h"\n');
	const more = ['--config', `${directory}/archon.toml`];
	const archon = await Archon.start(directory, { ARCHON_DAEMON: program.path }, more);
	await ask(archon, 'Wait', 'tick', 'waiting');
	program.order('before', 'book', /"process\.starting","name":"tick"/);
	void ask(archon, 'Start', 'tick').catch(() => {});
	await program.struck();
	expect(await ask(archon, 'Wait', 'tick', 'running')).toBe('Ok');
	expect(await pidOf(archon, 'tick')).toBeGreaterThan(0);
	expect(await rows(archon, 'Events', 'types=process.started', 'names=tick')).toHaveLength(1);
	expect(archon.said).not.toContain('done nothing');
});
