/** A verb of archonctl that is no request: a program of Node's carries it out. */
export type Command = {
	readonly verb: string;
	/** Written like that of a request. */
	readonly synopsis: string;
	readonly summary: string;
	/** Further lines of the manual. */
	readonly more: readonly string[];
	/** How many fields it takes. */
	readonly least: number;
	readonly most: number;
};

export const commands: readonly Command[] = [
	{
		verb: 'rules test',
		synopsis: 'RulesTest,<file>[,since=<seq|time|duration>]',
		summary:
			'Replay recorded events, of the last hour unless since= says otherwise, against a rule file, and show what it would do, without doing it.',
		more: [
			'Needs a daemon, whose journal it reads; a file with mistakes is told before it is asked.',
			'Exits with 1 when the file has mistakes or a rule raised.',
		],
		least: 1,
		most: 2,
	},
];
