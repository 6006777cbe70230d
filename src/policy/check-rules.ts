import { formatMistake } from '../config/mistake.ts';
import { Threads } from '../rules/threads.ts';
import { Disk } from '../sources/files/disk.ts';
import { readRuleFiles } from './rule-files.ts';
import { planOf } from './rules-plan.ts';

export type CheckedRules = {
	/** The rules folder, latin1; mistakes name files as it does. */
	readonly directory: string;
	/** Somebody named it, so that it has to be there. */
	readonly isNamed: boolean;
	/** The path of dist/rules.cjs. */
	readonly program: string;
};

/** What `archond --check` says of rules: each mistake as a line of latin1, and the exit code. No rule is carried out. */
export async function checkRuleFiles(
	{ directory, isNamed, program }: CheckedRules,
	say: (line: string) => void,
): Promise<0 | 1> {
	const read = await readRuleFiles(directory, isNamed, new Disk(say));
	const lua = new Threads({ program, keep: () => {} });
	const found = await planOf({
		directory,
		read,
		files: new Map(),
		lua,
		state: () => undefined,
		carryOut: async () => {},
	});
	await lua.close();
	if ('actions' in found) {
		return 0;
	}
	for (const mistake of found) {
		say(formatMistake(mistake));
	}
	return 1;
}
