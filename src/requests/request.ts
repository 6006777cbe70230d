import type { Field, OptionalField } from '../base/field.ts';
import { isRefusal, type Refusal, refuse } from '../base/refusal.ts';
import { shown } from '../base/shown.ts';
import type { Asked, Context } from './context.ts';

/** What a handler says; the session turns it into replies. */
export type Answer =
	| Refusal
	| { readonly tag: 'ok' }
	/** A final reply as it is sent, its line break included. */
	| { readonly tag: 'said'; readonly reply: string }
	/** `Columns`, these records (each with its line break), then `Ok`. */
	| { readonly tag: 'rows'; readonly lines: Iterable<string> }
	/** `Ok` with that descriptor, which stays whose it is; `sent` is called when it is out, or cannot be sent. */
	| { readonly tag: 'passed'; readonly fd: number; sent(): void }
	/**
	 * The keeper replies on the connection it knows by that number; `done` when it has, or with a refusal to be told.
	 * `taken`: a program has the descriptors that came along, which were needed until then if it had to be begun again.
	 */
	| {
			readonly tag: 'kept';
			begin(conn: number, done: (refused?: Refusal) => void, taken: () => void): Refusal | undefined;
			/** Called instead of `begin` when there is no number for the connection. */
			cancel(): void;
	  }
	/** `Ok`, and from then on whatever `begin` writes until the connection ends. */
	| { readonly tag: 'follow'; begin(write: (text: string) => boolean): Followed }
	/** Whoever takes over from this daemon says `Ok`; `request`: the number under which it is in flight, where it outlives this one. */
	| { readonly tag: 'next'; readonly request: number | undefined }
	/** `Ok`, and then the daemon exits. */
	| { readonly tag: 'last' };

export type Followed = { drained(): void; stop(): void };

export const ok: Answer = { tag: 'ok' };

/** Who may ask: anyone who can connect, or whoever may look or change things (`[access]`, a later issue). */
export type Needs = 'anyone' | 'observe' | 'operate';

/** A request as it was declared: wire, dispatch, command line, help and manual are made of this one object. */
export type Request = {
	readonly name: string;
	readonly summary: string;
	readonly needs: Needs;
	readonly synopsis: string;
	/** Which of the fields behind the name says whom it is for, the one called `name`; undefined: none. */
	readonly target: number | undefined;
	/** The fields behind the name, and how those behind them are written. */
	readonly args: readonly Arg[];
	readonly rest: string;
	readonly least: number;
	/** The most fields behind the name; -1: any number. */
	readonly most: number;
	/** How many descriptors may come along. */
	readonly fds: readonly number[];
	readonly columns: readonly string[] | undefined;
	/** Those of them in which `-` may stand: there is nothing. */
	readonly mayLack: readonly string[];
	/** `Ok` first, then records until either side closes. */
	readonly follows: boolean;
	/** Its answer is of no use to a client that is gone, and it does nothing else. */
	readonly onlyWaits: boolean;
	/** A connection on which it is in flight outlives the daemon, and the next one answers. */
	readonly outlives: boolean;
	/** It changes nothing: where its reply is not out when the daemon dies, the next one may handle it again. */
	readonly onlyAsks: boolean;
	/**
	 * The answer to one that a daemon that died had begun (`context.asked`), without doing anything of it again; undefined
	 * where it had no effect yet. To be asked before anything that has happened meanwhile is settled.
	 */
	resume(fields: readonly string[], context: Context): Answer | Promise<Answer> | undefined;
	/** Reads the fields behind the name and answers. */
	handle(fields: readonly string[], context: Context): Answer | Promise<Answer>;
};

/** One field of a request: what it is called, what it may be, and whether it may be left out. */
export type Arg = {
	readonly key: string;
	readonly what: string;
	readonly isOptional: boolean;
	readonly isFlag: boolean;
};

// The value of a field is whatever its own `read` makes; the object type keeps each apart.
// biome-ignore lint/suspicious/noExplicitAny: only as a bound, every use is inferred
type Fields = Record<string, Field<any>>;
type Values<F extends Fields> = { [K in keyof F]: F[K] extends Field<infer T> ? T : never };

type Definition<F extends Fields> = {
	readonly name: string;
	readonly summary: string;
	readonly needs: Needs;
	readonly args: F;
	/** How the fields behind `args` are written in the synopsis; without it there are none. */
	readonly rest?: string;
	readonly fds?: readonly number[];
	readonly columns?: readonly string[];
	readonly mayLack?: readonly string[];
	readonly follows?: boolean;
	readonly onlyWaits?: boolean;
	/** Left out: where it needs less than `operate` and follows nothing. */
	readonly onlyAsks?: boolean;
	/** Where its connection outlives the daemon; see Request. */
	resume?(given: Values<F>, context: Context, asked: Asked): Answer | Promise<Answer> | undefined;
	handle(given: Values<F>, context: Context, rest: readonly string[]): Answer | Promise<Answer>;
};

/** Declares a request. */
export function request<F extends Fields>(definition: Definition<F>): Request {
	const { name, summary, needs, fds = [0], columns, follows = false, onlyWaits = false } = definition;
	const { rest = '', mayLack = [] } = definition;
	const args = Object.entries(definition.args);
	const isOptional = (field: Field<unknown>) => 'optional' in field;
	const synopsis = name + args.map(([key, field]) => written(key, field)).join('') + rest;
	const least = args.filter(([, field]) => !isOptional(field)).length;
	const target = args.findIndex(([key]) => key === 'name');
	const most = definition.rest === undefined ? args.length : -1;
	return {
		name,
		summary,
		needs,
		synopsis,
		target: target < 0 ? undefined : target,
		args: args.map(([key, field]) => ({
			key,
			what: field.what,
			isOptional: isOptional(field),
			isFlag: 'isFlag' in field,
		})),
		rest,
		least,
		most,
		fds,
		columns,
		mayLack,
		follows,
		onlyWaits,
		outlives: definition.resume !== undefined,
		onlyAsks: definition.onlyAsks ?? (needs !== 'operate' && !follows),
		resume(fields, context) {
			const given = readArgs(args, fields, { synopsis, least, most });
			return isRefusal(given) || context.asked === undefined
				? undefined
				: definition.resume?.(given as Values<F>, context, context.asked);
		},
		handle(fields, context) {
			if (most === 0 && fields.length === 0) {
				return definition.handle(none as Values<F>, context, fields);
			}
			const given = readArgs(args, fields, { synopsis, least, most });
			return isRefusal(given)
				? given
				: definition.handle(given as Values<F>, context, fields.slice(args.length));
		},
	};
}

/** `,<name>`, `[,<timeout>]` or, a word that stands for itself, `[,dry-run]`. */
function written(key: string, field: Field<unknown>): string {
	if ('isFlag' in field) {
		return `[,${field.what}]`;
	}
	return 'optional' in field ? `[,<${key}>]` : `,<${key}>`;
}

const none = {};

function readArgs(
	args: readonly (readonly [string, Field<unknown>])[],
	fields: readonly string[],
	shape: { synopsis: string; least: number; most: number },
): Record<string, unknown> | Refusal {
	if (fields.length < shape.least) {
		return refuse(`${args[fields.length]?.[0]} is missing: ${shape.synopsis}`);
	}
	if (shape.most >= 0 && fields.length > shape.most) {
		return refuse(`${shown(fields[shape.most] ?? '')} is a field too many: ${shape.synopsis}`);
	}
	const given: Record<string, unknown> = {};
	for (const [i, [key, field]] of args.entries()) {
		const text = fields[i];
		const value = text === undefined ? (field as OptionalField<unknown>).fallback : field.read(text);
		if (isRefusal(value)) {
			return refuse('isFlag' in field ? `${value.refused}: ${shape.synopsis}` : `${key}: ${value.refused}`);
		}
		given[key] = value;
	}
	return given;
}
