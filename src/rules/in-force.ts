import { isoTime } from '../base/clock.ts';
import type { Event } from '../events/event.ts';
import type { Subject } from './condition.ts';
import type { Diary } from './diary.ts';
import type { RuleRecord } from './diary-page.ts';
import type { Lasting } from './lasting.ts';
import { Limit } from './limit.ts';
import { Tests } from './match.ts';
import type { Rule } from './rule.ts';

/** So many errors in a row switch a rule off until its file is loaded anew. */
export const mostErrors = 3;

/** A row of `Rules`: `fired` is how often since archon started, `last` when (ISO 8601, or `-`), `error` the latest. */
export type RuleRow = {
	readonly file: string;
	readonly rule: string;
	readonly on: string;
	readonly fired: number;
	readonly last: string;
	readonly error: string;
};

/** A rule in force, and what became of it. */
export class InForce {
	#rule: Rule;
	#when: Tests;
	#except: Tests;
	readonly limit: Limit | undefined;
	/** As events tell which rule they are about. */
	readonly fields: readonly [file: `file=${string}`, rule: `rule=${string}`];
	/** Tells it from every other, whatever is loaded anew. */
	readonly key: string;
	/** Where the rule has `lasting`. */
	lasting: Lasting | undefined;
	/** Of its own timer. */
	callOff: (() => void) | undefined;
	isOff = false;
	#fired = 0;
	#last: number | undefined;
	#error = '';
	#errors = 0;
	/** When its own timer fires next, milliseconds since 1970. */
	#rings: number | undefined;
	readonly #diary: Diary | undefined;

	/** `before`: what stood in its place, if anything; how often it fired goes on. What becomes of it goes into `diary`. */
	constructor(rule: Rule, before?: InForce, diary?: Diary) {
		this.#diary = diary;
		this.#rule = rule;
		this.#when = new Tests(rule.when);
		this.#except = new Tests(rule.except);
		this.fields = [`file=${rule.file}`, `rule=${rule.title}`];
		this.key = keyOf(rule);
		this.limit = rule.limit && new Limit(rule.limit);
		if (before !== undefined) {
			this.#fired = before.#fired;
			this.#last = before.#last;
			for (const time of before.limit?.fired ?? []) {
				this.limit?.count(time);
			}
			this.#note();
		}
	}

	/** As it was declared last. */
	get rule(): Rule {
		return this.#rule;
	}

	/** When its own timer was to fire next, milliseconds since 1970. */
	get rings(): number | undefined {
		return this.#rings;
	}

	/** Its timer fires next then, milliseconds since 1970. */
	armed(rings: number): void {
		this.#rings = rings;
		this.#note();
	}

	/** As it was when a daemon died; `isAsBefore`: its file is as it was then. */
	restore({ fired, last, error, errors, isOff, rings }: RuleRecord, isAsBefore: boolean): void {
		this.#fired = fired;
		this.#last = last;
		if (isAsBefore) {
			this.#error = error;
			this.#errors = errors;
			this.isOff = isOff;
			this.#rings = rings;
		}
		this.#note();
	}

	/** Its file was loaded anew and declares it as before. */
	renew(rule: Rule): void {
		this.#rule = rule;
		this.#when = new Tests(rule.when);
		this.#except = new Tests(rule.except);
	}

	/** Whether all of `when` holds and none of `except`. `wrong` is told of what could not be tested. */
	matches(subject: Subject, wrong?: (why: string) => void): boolean {
		return this.#when.all(subject, wrong) && !this.#except.any(subject, wrong);
	}

	/**
	 * Whether an event of its types is for it: of timers only its own, if it has one; never what is told of the rule
	 * itself, which would go on for ever.
	 */
	isFor({ type, fields }: Event): boolean {
		const isTimer = type === 'timer' && this.rule.timer !== undefined;
		if (!isTimer && type !== 'rule.fired' && type !== 'rule.error') {
			return true;
		}
		return (fields.includes(this.fields[0]) && fields.includes(this.fields[1])) === isTimer;
	}

	/** Whether it has nothing to answer now: it is switched off, or has fired as often as it may. */
	isSpent(now: () => number): boolean {
		return this.isOff || this.limit?.isReached(now()) === true;
	}

	/** It fires now. */
	count(now: number): void {
		this.#fired++;
		this.resume(now);
		this.#note();
	}

	/** It has fired then, before the daemon started. */
	resume(time: number): void {
		this.#last = Math.max(time, this.#last ?? 0);
		this.limit?.count(time);
	}

	/** Its function answered. */
	went(): void {
		if (this.#errors > 0) {
			this.#errors = 0;
			this.#note();
		}
	}

	/** Something went wrong that is not the fault of its function. */
	blame(reason: string): void {
		this.#error = reason;
		this.#note();
	}

	/** Its function went wrong: what is to be told. The third time in a row switches it off. */
	fail(reason: string): string {
		this.#errors++;
		this.isOff = this.#errors >= mostErrors;
		this.#error = this.isOff
			? `${reason}; after ${mostErrors} errors in a row it is switched off until its file is loaded anew`
			: reason;
		this.#note();
		return this.#error;
	}

	/** Switched on again. */
	switchOn(): void {
		this.isOff = false;
		this.#errors = 0;
		this.#error = '';
		this.#note();
	}

	/** Not in force any more, or switched off: nothing comes of it by itself. */
	stop(): void {
		this.callOff?.();
		this.callOff = undefined;
		this.lasting?.clear();
	}

	row(): RuleRow {
		const { file, title, on } = this.rule;
		const last = this.#last === undefined ? '-' : isoTime(this.#last);
		return { file, rule: title, on: on.join(';'), fired: this.#fired, last, error: this.#error };
	}

	#note(): void {
		this.#diary?.rule(this.key, {
			fired: this.#fired,
			last: this.#last,
			error: this.#error,
			errors: this.#errors,
			isOff: this.isOff,
			rings: this.#rings,
		});
	}
}

/** Tells a rule from every other. */
export function keyOf({ file, title }: Pick<Rule, 'file' | 'title'>): string {
	return `${file}\0${title}`;
}
