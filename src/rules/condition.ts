/** A test of one value, as a rule declares it. Data only, so that it can be sent to and from the thread of the rules. */
export type Test =
	| { readonly is: 'equal'; readonly to: number | boolean }
	/** A glob, or a plain text, which is a glob that matches itself. */
	| { readonly is: 'glob'; readonly glob: string }
	| { readonly is: 'any'; readonly of: readonly Test[] }
	| { readonly is: 'above' | 'below'; readonly than: number }
	/** A Lua pattern (Lua 5.3 manual, 6.4.1), found anywhere unless anchored. */
	| { readonly is: 'matching'; readonly pattern: string }
	/** Of a value that is a table itself (`labels`): each of these fields. */
	| { readonly is: 'table'; readonly fields: Condition };

/** By the name of the field. */
export type Condition = Readonly<Record<string, Test>>;

/** What a condition is tested against. */
export type Subject = { readonly [field: string]: string | number | boolean | Subject | undefined };
