/** What a rule file may be and do at most; beyond it there is a mistake or an error that names the number. */
export const limits = {
	/** Bytes of a rule file. */
	source: 256 * 1024,
	/** Rules in a file. */
	rules: 1000,
	/** Mistakes of a file that are told. */
	mistakes: 20,
	/** Bytes of the sentence that is a rule's name. */
	title: 200,
	/** Event types and globs in `on`. */
	types: 100,
	/** Fields of `when` or `except`, those of a table in them counted by themselves. */
	fields: 100,
	/** Members of an any-of list in `when` or `except`. */
	anyOf: 1000,
	/** Bytes of a glob or a plain text in `when` or `except`. */
	glob: 4096,
	/** Bytes of a Lua pattern in `matching`. */
	pattern: 1024,
	/** How often in `limit.times`. */
	times: 1_000_000,
	/** Milliseconds of `every`, at least. */
	every: 10,
	/** Actions of one rule or one call, `print` included. */
	actions: 100,
	/** Bytes of `because`, and of the reason of a `fail`. */
	because: 1024,
	/** Bytes of a text in a `log`. */
	log: 4096,
	/** Arguments of a `run`, the program included. */
	args: 1000,
	/** Bytes of one argument or one setting of a `run`. */
	arg: 65_536,
	/** Settings in `env` of a `run`. */
	env: 1000,
	/** Fields of an `emit`. */
	emitFields: 64,
	/** Bytes of a value in an `emit`. */
	emitValue: 4096,
	/** Bytes of `state` as JSON. */
	state: 65_536,
	/** Tables within tables in `state`. */
	stateDepth: 32,
	/** Tables within tables of what is given to a rule or an action. */
	depth: 8,
	/** Values in all tables of what is given to a rule or an action. */
	values: 10_000,
	/** Bytes in all texts of what is given to a rule or an action. */
	bytes: 1024 * 1024,
	/** Slots of Lua's stack, some three to a call: how deep a function may call itself. */
	stack: 20_000,
	/** Bytes of a string of Lua. */
	text: 1024 * 1024,
	/** Bytes of all strings that are made in one call, those that are dropped at once included. */
	madeText: 32 * 1024 * 1024,
	/** Bytes of all strings that are kept, of all files of a thread; that, and what is not yet collected. */
	keptText: 128 * 1024 * 1024,
	/** Bytes of an error's text that are told. */
	error: 1024,
} as const;
