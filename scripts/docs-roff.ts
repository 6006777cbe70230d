/** Text for man(7): what roff would act on is escaped, `code` is bold. */
export function prose(text: string): string {
	return text
		.split(/(`+[^`]+`+)/)
		.map((part) =>
			part.startsWith('`') ? `\\fB${escaped(part.replaceAll('`', '').trim())}\\fR` : escaped(part),
		)
		.join('')
		.replace(/^(?=[.'])/gm, '\\&');
}

/**
 * A Markdown page as the sections of a manual page: headings, paragraphs, lists, code and tables; its title, comments and
 * where links lead are left out.
 */
export function roff(markdown: string): string {
	const text = markdown
		.replaceAll(/^<!--.*-->\n/gm, '')
		.replaceAll(/\[([^\]\n]+)\]\([^)\n]+\)/g, '$1')
		.replaceAll(/^```.*?^```$/gms, (code) => code.replaceAll(/^$/gm, empty));
	const blocks = text.split(/\n{2,}|(?<=^#.*)\n|\n(?=#)/m).map((block) => block.trim());
	return blocks
		.filter((block) => block !== '' && !/^# |^Generated /.test(block))
		.map(blockOf)
		.join('\n');
}

/** A definition: what it is called, and what that is. */
export function defined(term: string, ...lines: readonly string[]): string {
	return ['.TP', `.B ${escaped(term).replaceAll('"', '\\(dq')}`, ...lines.map(prose)].join('\n');
}

/** A line of code with nothing in it, which would end the block. */
const empty = '\0';

function blockOf(block: string): string {
	if (block.startsWith('#')) {
		const [, marks = '', title = ''] = /^(#+) (.*)$/.exec(block) ?? [];
		return marks.length > 2 ? `.SS ${escaped(title)}` : `.SH ${escaped(title.toUpperCase())}`;
	}
	if (block.startsWith('```')) {
		return `.PP\n.nf\n${block
			.split('\n')
			.slice(1, -1)
			.map((line) => `\\&${escaped(line === empty ? '' : line)}`)
			.join('\n')}\n.fi`;
	}
	if (block.startsWith('|')) {
		return tableOf(block);
	}
	if (block.startsWith('- ')) {
		return block
			.slice(2)
			.split(/\n- /)
			.map((item) => `.IP \\(bu 2\n${prose(item)}`)
			.join('\n');
	}
	return `.PP\n${prose(block)}`;
}

/** The first column is what is defined, the last one says what it is; those between are named before it. */
function tableOf(block: string): string {
	const [head = [], , ...rows] = block.split('\n').map(cellsOf);
	return rows
		.map(([term = '', ...cells]) => {
			const last = cells.at(-1) ?? '';
			const between = cells
				.slice(0, -1)
				.map((cell, i) =>
					cell === '' || cell === '–' ? '' : `${head[i + 1]}: ${cell.replaceAll('–', 'none')}.`,
				);
			return defined(term.replaceAll('`', ''), ...[last, ...between].filter((line) => line !== ''));
		})
		.join('\n');
}

function cellsOf(row: string): string[] {
	const cells = row.split(/(?<!\\)\|/).slice(1, -1);
	return cells.map((cell) => cell.trim().replaceAll('\\|', '|'));
}

function escaped(text: string): string {
	return text
		.replaceAll('\\', '\\e')
		.replaceAll('-', '\\-')
		.replaceAll('…', '...')
		.replaceAll(
			/[^\n -~]/g,
			(char) => `\\[u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`,
		);
}
