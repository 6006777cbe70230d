import { readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { expect, onTestFailed, test } from 'vitest';
import { temporary } from '../archon.ts';
import { names, rows } from '../session/ask.ts';
import { type Blow, Striking } from './striking.ts';
import { until } from './until.ts';

/** What a next daemon goes by, and what it cannot undo. */
const telling =
	/^writing .* to .*\/(book|journal|config\.new)|^renameSync of .*config|^spawn|^the ledger's word 10/s;
const [begins, ends] = [/^the ledger's word 101 /, /^the ledger's word 102 /];

/** The same step in another reload: in all but its numbers. */
function like(step: string): RegExp {
	return new RegExp(`^${step.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replaceAll(/\d+/g, '\\d+')}$`, 's');
}

test('whichever step of a HUP the daemon dies at, all of it is done, and what is new is started once', {
	timeout: 180_000,
}, async () => {
	const directory = temporary();
	const lives = `${directory}/lives`;
	const noting = (name: string, version = 1) =>
		`[service.${name}]\nrun = ["sh", "-c", "echo ${name}$VERSION >> ${lives}; exec sleep 600"]\n` +
		`env = { VERSION = "${version}" }\nnice = ${version}\n`;
	const [before, after] = [noting('a') + noting('b'), noting('a', 2) + noting('c')];
	const began = () => readFileSync(lives, 'utf8').split('\n').slice(0, -1).sort();
	const comes = (...wanted: string[]) => until(() => wanted.every((it) => began().includes(it)));
	let last = 'none';
	onTestFailed(() => console.error(`the last blow was ${last}`));
	writeFileSync(lives, '');
	const [archon, program] = await Striking.configured(before, directory);

	/** What a HUP comes to, and the steps of it. */
	const play = async (blow?: Blow) => {
		archon.configure(before);
		await rows(archon, 'Reload');
		await comes('a1', 'b1');
		const since = (await rows(archon, 'Events', 'last=1'))[0]?.['seq'];
		writeFileSync(lives, '');
		archon.configure(after);
		program.orderStep(begins, blow);
		process.kill(archon.keeper.pid ?? 0, 'SIGHUP');
		// Nothing is asked before that: it takes steps too.
		await program.struckOrTakes(ends);
		const { hasDied, steps } = program.takeBack();
		const types = 'types=daemon.recovered;config.reloaded';
		await until(async () => {
			const told = await rows(archon, 'Events', `since=${since}`, types);
			return told.at(-1)?.['type'] === 'config.reloaded';
		});
		await comes('a2', 'c1');
		const run = (await rows(archon, 'Tree')).filter(({ command = '' }) => command.includes('sleep 600'));
		const nice = (await rows(archon, 'Config')).find(({ key }) => key === 'service.a.nice')?.['value'];
		const outcome = { names: await names(archon), began: began(), run: run.length, nice };
		writeFileSync(lives, '');
		return { hasDied, steps: steps.slice(0, steps.findIndex((it) => ends.test(it)) + 1), outcome };
	};

	await play();
	const { steps, outcome: usual } = await play();
	expect(usual).toEqual({ names: ['a', 'c'], began: ['a2', 'c1'], run: 2, nice: '2' });
	const wrong: unknown[] = [];
	const struck: string[] = [];
	for (const [i, step] of steps.entries()) {
		const at = like(step);
		const nth = steps.slice(0, i + 1).filter((it) => at.test(it)).length;
		const isBook = /^writing .*\/book$/s.test(step);
		for (const when of telling.test(step)
			? isBook
				? (['before', 'amid'] as const)
				: ['before' as const]
			: []) {
			last = `${when} ${step}`;
			const { hasDied, outcome } = await play({ when, at, nth });
			if (hasDied) {
				struck.push(last);
			}
			// Between the book and the configuration `a` is about to be restarted, and is so by the old one first.
			const { began: all, ...others } = outcome;
			const told = { ...others, began: all.filter((it, index) => it !== 'a1' || all[index - 1] === 'a1') };
			if (!isDeepStrictEqual(told, usual)) {
				wrong.push({ when, step, outcome });
			}
		}
	}
	expect(wrong).toEqual([]);
	for (const met of [
		/^before renameSync of .*config/,
		/^before writing .*process\.stopping.*"name":"a".*\/book$/s,
		/^amid writing .*\/book$/s,
		/^before spawn/,
		/^before the ledger's word 102/,
	]) {
		expect(struck).toContainEqual(expect.stringMatching(met));
	}
});
