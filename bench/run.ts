/**
 * node bench/run.ts [--quick] [--root DIR] [NAME...]: measures the figures named, or all; a full run writes
 * bench/results.md. `--root` names another checkout, whose bin/ is measured instead of this one's.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Effort, Figure, Row } from './figure.ts';
import { figures } from './figures.ts';
import { machine } from './machine.ts';
import { buildNative } from './native.ts';
import { table } from './table.ts';

const full: Effort = { rounds: 10, scale: 1 };
const quick: Effort = { rounds: 2, scale: 0.2 };

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: { quick: { type: 'boolean', default: false }, root: { type: 'string' } },
});
const wanted = figures.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const unknown = positionals.find((asked) => !figures.some(({ name }) => name === asked));
if (unknown !== undefined) {
	console.error(
		`bench: no figure is called ${unknown}; there are ${figures.map(({ name }) => name).join(' ')}`,
	);
	process.exit(2);
}

const where = machine();
console.log(where);
await buildNative();
const sections: string[] = [];
for (const figure of wanted) {
	const rows = await measured(figure);
	sections.push(section(figure, rows));
	console.log(`\n${sections.at(-1)}`);
}
if (wanted.length === figures.length && !values.quick) {
	await writeFile(join(import.meta.dirname, 'results.md'), [preface(), ...sections, ''].join('\n\n'));
}

/** The rows, or undefined where this machine does not allow the measurement. */
async function measured(figure: Figure): Promise<readonly Row[] | Error> {
	try {
		return await figure.measure(values.quick ? quick : full);
	} catch (fault) {
		process.exitCode = 1;
		return fault instanceof Error ? fault : new Error(String(fault));
	}
}

function section(figure: Figure, rows: readonly Row[] | Error): string {
	const head = [`## ${figure.title} (\`${figure.name}\`)`, figure.about];
	if (rows instanceof Error) {
		return [...head, `**Not measured:** ${rows.message}`].join('\n\n');
	}
	const missed = rows.some(({ verdict }) => verdict === 'missed');
	const tried = missed ? [`**Missed.** ${figure.tried ?? 'Nothing was tried yet.'}`] : [];
	return [...head, table(rows), ...tried].join('\n\n');
}

function preface(): string {
	return [
		'# Figures',
		where,
		'Written by `npm run bench`. The contestants of a table took turns in one run, in a bare environment, so only the ' +
			'ratios of one table say anything; absolute times are the mood of the machine. The ratio is that of the medians ' +
			'over all rounds, `by round` the smallest and the largest of a single round.',
	].join('\n\n');
}
