import { escapeGlob } from '../base/glob.ts';
import type { Mistake } from '../config/mistake.ts';
import type { FieldOf } from '../events/fields.ts';
import type { Kept, Rule, RuleMistake } from '../rules/rule.ts';
import type { Lua } from '../rules/thread.ts';
import type { Disk } from '../sources/files/disk.ts';
import { Watcher } from '../sources/files/watcher.ts';
import { type RuleFiles, readRuleFiles } from './rule-files.ts';
import { planOf, type RulesPlan } from './rules-plan.ts';

export type FolderPorts = {
	/** The rules folder, absolute, latin1. */
	readonly directory: string;
	/** Somebody named it: that it is not there is a mistake. */
	readonly isNamed: boolean;
	readonly lua: Lua;
	/** What is kept of rule files for a daemon that comes after. */
	readonly kept: KeptFiles;
	/**
	 * All rules in force, in order; `loaded`: the files that were loaded anew; `asBefore`: those that are as they were when
	 * they were last in force, before this daemon.
	 */
	readonly put: (rules: readonly Rule[], loaded: readonly string[], asBefore: ReadonlySet<string>) => void;
	/** Fields of a `rule.error`. */
	readonly tell: (fields: readonly FieldOf<'rule.error'>[]) => void;
	readonly disk: Disk;
};

export type KeptFiles = {
	/** The names of those that something is kept of. */
	readonly files: () => Iterable<string>;
	/** As it was when it was last in force. */
	readonly source: (file: string) => string | undefined;
	/** What it left in `state`. */
	readonly state: (file: string) => Kept | undefined;
	readonly keepSource: (file: string, source: string) => void;
	readonly forget: (file: string) => void;
};

/** A file in force. */
export type Loaded = { readonly source: string; readonly rules: readonly Rule[] };

type Refused = { readonly source: string; readonly mistakes: readonly RuleMistake[] };

/** Milliseconds after which, again and again, what is loaded is put in force though others are still being loaded. */
const patience = 200;

/** Of more mistakes in a file the first are told. */
const toldMost = 5;

/**
 * The rule files in force. A change in the folder is in force within a second; a file with mistakes is told (once, until
 * it changes) and as it was before it stays, at the start as it was when it was last in force. A file that leaves takes
 * its rules and its state along.
 */
export class Folder {
	readonly #ports: FolderPorts;
	readonly #watcher: Watcher;
	readonly #files = new Map<string, Loaded>();
	/** What is wrong with files, as it was told; under the empty name with the folder. */
	#broken = new Map<string, readonly RuleMistake[]>();
	/** What Lua refused: it is not tried again. */
	readonly #refused = new Map<string, Refused>();
	/** Looks at the folder come one after another. */
	#turn: Promise<unknown> = Promise.resolve();
	/** One that has not begun. */
	#refresh: Promise<void> | undefined;
	readonly #asBefore = new Set<string>();
	#isClosed = false;

	constructor(ports: FolderPorts) {
		this.#ports = ports;
		this.#watcher = new Watcher({
			disk: ports.disk,
			complain: (reason) => ports.tell([`reason=${reason}`]),
			thorough: false,
			tell: () => void this.refresh(),
		});
	}

	/** Resolves when what is there now is in force, or told. */
	async start(): Promise<void> {
		const { directory } = this.#ports;
		await this.#watcher.watch([`${escapeGlob(directory)}/*.lua`]);
		await this.refresh();
	}

	/** Looks at all of the folder: once for all who ask before it begins, or who writes much would be looked at for long. */
	refresh(): Promise<void> {
		this.#refresh ??= this.#inTurn(async () => {
			this.#refresh = undefined;
			await this.#take(await this.#read(), false);
		});
		return this.#refresh;
	}

	/** What a Reload does about rules, before anything is done; or the mistakes for which it does nothing. */
	plan(): Promise<RulesPlan | readonly Mistake[]> {
		return this.#inTurn(async () => {
			const read = await this.#read();
			const { directory, lua, kept } = this.#ports;
			const files = this.#files;
			// Read anew: meanwhile somebody may have written again, and that may be in force.
			const carryOut = () => this.#inTurn(async () => this.#take(await this.#read(), true));
			return await planOf({ directory, read, files, lua, state: kept.state, carryOut });
		});
	}

	/** What is wrong with files that are not in force as they are now. */
	get broken(): ReadonlyMap<string, readonly RuleMistake[]> {
		return this.#broken;
	}

	close(): void {
		this.#isClosed = true;
		this.#watcher.close();
	}

	#read(): Promise<RuleFiles> {
		const { directory, isNamed, disk } = this.#ports;
		return readRuleFiles(directory, isNamed, disk);
	}

	#inTurn<T>(act: () => Promise<T>): Promise<T> {
		const done = this.#turn.then(act);
		this.#turn = done.catch(() => undefined);
		return done;
	}

	/** Puts in force what was read. `isReload`: whatever was switched off is switched on again. */
	async #take({ sources, mistakes }: RuleFiles, isReload: boolean): Promise<void> {
		const { kept } = this.#ports;
		const broken = new Map<string, readonly RuleMistake[]>(mistakes.map((it) => [it.file, [it]]));
		const names = sources && new Set([...sources.keys(), ...broken.keys()]);
		const isGone = (file: string) => names?.has(file) === false;
		const gone = [...this.#files.keys()].filter(isGone);
		for (const file of gone) {
			this.#files.delete(file);
			this.#ports.lua.drop(file);
		}
		for (const file of [...kept.files(), ...gone].filter(isGone)) {
			this.#refused.delete(file);
			kept.forget(file);
		}
		const loaded: string[] = [];
		const renewals = Array.from(sources ?? [], ([file, source]) => this.#renew(file, source, loaded));
		const refused = Promise.all(renewals);
		while (await takesLong(refused, patience)) {
			// One that never comes to an end holds up no other.
			this.#put(loaded.splice(0), gone.splice(0).length > 0);
		}
		for (const [index, file] of [...(sources?.keys() ?? [])].entries()) {
			const wrong = (await refused)[index];
			if (wrong !== undefined) {
				broken.set(file, wrong);
			}
		}
		for (const file of names === undefined ? kept.files() : broken.keys()) {
			await this.#fallBack(file, loaded);
		}
		this.#tell(broken);
		this.#put(isReload ? [...this.#files.keys()] : loaded, gone.length > 0 || isReload);
	}

	/** `isOther`: there is something new besides files that were loaded. */
	#put(loaded: readonly string[], isOther: boolean): void {
		if (!this.#isClosed && (loaded.length > 0 || isOther)) {
			const files = [...this.#files].sort(([one], [other]) => (one < other ? -1 : 1));
			const rules = files.flatMap(([, it]) => it.rules);
			this.#ports.put(rules, loaded.toSorted(), this.#asBefore);
		}
	}

	/** Puts a file in force as it is now; or the mistakes for which it is not. */
	async #renew(file: string, source: string, loaded: string[]): Promise<readonly RuleMistake[] | undefined> {
		const refused = this.#refused.get(file);
		if (refused?.source === source) {
			return refused.mistakes;
		}
		this.#refused.delete(file);
		if (this.#files.get(file)?.source === source) {
			return undefined;
		}
		const mistakes = await this.#load(file, source);
		if (mistakes === undefined) {
			loaded.push(file);
			this.#isAsBefore(file, this.#ports.kept.source(file) === source);
			this.#ports.kept.keepSource(file, source);
		} else {
			this.#refused.set(file, { source, mistakes });
		}
		return mistakes;
	}

	/** A file that cannot be as it is now, and was not in force before, is as it was when it last was. */
	async #fallBack(file: string, loaded: string[]): Promise<void> {
		const source = this.#files.has(file) ? undefined : this.#ports.kept.source(file);
		if (source !== undefined && (await this.#load(file, source)) === undefined) {
			loaded.push(file);
			this.#isAsBefore(file, true);
		}
	}

	#isAsBefore(file: string, isIt: boolean): void {
		if (isIt) {
			this.#asBefore.add(file);
		} else {
			this.#asBefore.delete(file);
		}
	}

	/** The mistakes for which it is not in force. */
	async #load(file: string, source: string): Promise<readonly RuleMistake[] | undefined> {
		const { lua, kept } = this.#ports;
		const rules = await lua.load(file, source, kept.state(file));
		if ('mistakes' in rules) {
			return rules.mistakes;
		}
		this.#files.set(file, { source, rules });
		return undefined;
	}

	/** What is as it was is not told again. */
	#tell(broken: Map<string, readonly RuleMistake[]>): void {
		for (const [file, mistakes] of broken) {
			const before = new Set(this.#broken.get(file)?.map(textOf));
			for (const mistake of mistakes.filter((it) => !before.has(textOf(it))).slice(0, toldMost)) {
				this.#ports.tell(fieldsOf(mistake, this.#ports.directory));
			}
		}
		this.#broken = broken;
	}
}

function fieldsOf({ file, line, text }: RuleMistake, directory: string): FieldOf<'rule.error'>[] {
	return [
		...(file === '' ? [] : [`file=${file}` as const]),
		...(line === 0 ? [] : [`line=${line}` as const]),
		`reason=${file === '' ? `${directory}: ` : ''}${text}`,
	];
}

function textOf({ line, text }: RuleMistake): string {
	return `${line}: ${text}`;
}

/** Whether that takes longer than so many milliseconds. */
async function takesLong(done: Promise<unknown>, bound: number): Promise<boolean> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<boolean>((resolve) => {
		timer = setTimeout(() => resolve(true), bound);
	});
	const isLate = await Promise.race([late, done.then(() => false)]);
	clearTimeout(timer);
	return isLate;
}
