import type { Row, Target } from './figure.ts';

const head = ['contestant', 'unit', 'min', 'median', 'p99', 'max', 'ratio', 'by round', 'target', ''];

/** The rows as a Markdown table whose columns line up on a terminal too. */
export function table(rows: readonly Row[]): string {
	const cells = [head, ...rows.map(cellsOf)];
	const widths = head.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
	const rule = widths.map((width, column) =>
		left(column) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
	);
	const [first = [], ...rest] = cells.map((row) => row.map((cell, column) => pad(cell, column, widths)));
	return [first, rule, ...rest].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function cellsOf(row: Row): string[] {
	const [low, high] = row.spread ?? [];
	return [
		row.contestant,
		row.unit,
		number(row.min),
		number(row.median),
		number(row.p99),
		number(row.max),
		row.ratio === undefined ? '' : number(row.ratio),
		low === undefined || high === undefined || row.ratio === 1 ? '' : `${number(low)}–${number(high)}`,
		row.target ? written(row.target) : '',
		row.verdict ?? '',
	];
}

function written(target: Target): string {
	return 'atMost' in target ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`;
}

function number(value: number): string {
	return value >= 1000 ? value.toFixed(0) : value >= 100 ? value.toFixed(1) : value.toFixed(2);
}

function left(column: number): boolean {
	return column < 2 || column === head.length - 1;
}

function pad(cell: string, column: number, widths: readonly number[]): string {
	const width = widths[column] ?? 0;
	return left(column) ? cell.padEnd(width) : cell.padStart(width);
}
