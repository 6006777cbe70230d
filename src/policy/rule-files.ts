import type { Stats } from 'node:fs';
import { constants } from 'node:os';
import { errnoText } from '../base/errno.ts';
import { isRefusal } from '../base/refusal.ts';
import { readBytes } from '../config/files.ts';
import type { RuleMistake } from '../rules/rule.ts';
import type { Disk } from '../sources/files/disk.ts';
import { Writers } from './writers.ts';

/** Bytes of one rule file. */
export const largestRuleFile = 256 * 1024;
/** How many rule files there may be; of more the first by name are in force. */
export const mostRuleFiles = 100;
/** Of more names nothing is read at all. */
const mostNames = 10_000;

/** What is in the rules folder. */
export type RuleFiles = {
	/** The files in the order of their names, latin1; undefined: the folder itself cannot be read. */
	readonly sources: ReadonlyMap<string, string> | undefined;
	/** Why files are not in `sources`, or the folder is not (`file` is empty then). */
	readonly mistakes: readonly RuleMistake[];
};

/**
 * Reads every `*.lua` in the folder but hidden ones (an editor's lock is a link `.#x.lua`; its backups end in `~`). A
 * link counts as the file it leads to. That there is no folder is no mistake unless somebody named it. What others could
 * write is not read.
 */
export async function readRuleFiles(
	directory: string,
	isNamed: boolean,
	disk: Disk,
	writers = new Writers(disk),
): Promise<RuleFiles> {
	const sources = new Map<string, string>();
	const mistakes: RuleMistake[] = [];
	const wrong = (file: string, text: string) => void mistakes.push({ file, line: 0, text });
	const unsafe = await writers.ofFolder(directory).catch(() => undefined);
	if (unsafe !== undefined) {
		wrong('', unsafe.refused);
		return { sources: undefined, mistakes };
	}
	const isRule = (name: string) => name.endsWith('.lua') && !name.startsWith('.');
	const names = await disk.names(directory, isRule, mostNames).catch(errnoOf);
	const isMissing = names === constants.errno.ENOENT;
	if (names === undefined || typeof names === 'number') {
		if (isNamed || !isMissing) {
			wrong(
				'',
				names === undefined ? `more than ${mostNames} rule files` : `cannot read: ${errnoText(names)}`,
			);
		}
		return { sources: isMissing ? sources : undefined, mistakes };
	}
	const more = names.length - mostRuleFiles;
	if (more > 0) {
		const which = `${names[mostRuleFiles]}${more === 1 ? ' is' : ` and ${more - 1} after it are`}`;
		wrong('', `more than ${mostRuleFiles} rule files: ${which} not read`);
	}
	for (const name of names.slice(0, mostRuleFiles)) {
		const path = `${directory}/${name}`;
		let found: Stats | undefined;
		const saw = (it: Stats) => {
			found = it;
		};
		const bytes = await disk.ask(path, () => readBytes(path, false, largestRuleFile, saw));
		const refused = isRefusal(bytes) ? bytes : found && (await writers.of(path, found));
		if (refused !== undefined) {
			wrong(name, refused.refused);
		} else if (!isRefusal(bytes)) {
			sources.set(name, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'));
		}
	}
	return { sources, mistakes };
}

/** Positive, as errno(3) has it. */
function errnoOf(error: NodeJS.ErrnoException): number {
	return Math.abs(error.errno ?? 0);
}
