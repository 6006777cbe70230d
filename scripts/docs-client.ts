import { type Field, fields, fieldsOfAll } from '../src/events/fields.ts';
import { numberColumns, wordColumns } from '../src/protocol/columns.ts';
import type { Arg, Request } from '../src/requests/request.ts';

/** src/client/rows.ts: what the rows of each request hold. */
export function clientRows(requests: readonly Request[]): string {
	return `${head}\n${requests.filter(isPlain).flatMap(rowType).join('\n')}`;
}

const head = '/* Generated from the request registry (src/requests) by npm run docs. */\n';

/** src/client/requests.ts: a method for each request that the library does not have by hand. */
export function clientRequests(requests: readonly Request[]): string {
	const plain = requests.filter(isPlain);
	const rows = plain.filter(({ columns }) => columns !== undefined).map(({ name }) => `${name}Row`);
	return `${head}
import type { ${rows.sort().join(', ')} } from './rows.ts';
import { type Duration, durationText } from './text.ts';

/** What a method asks with: the fields behind the name, of which the last ones may be missing, and \`key=value\` settings. */
export type Ask = <R>(
	request: string,
	fields: readonly (string | number | undefined)[],
	settings?: { readonly [key: string]: string | number | Date | undefined },
) => Promise<R>;

/** The requests, each a method that resolves with its rows when there are any. */
export class Requests {
	readonly #ask: Ask;

	protected constructor(ask: Ask) {
		this.#ask = ask;
	}
${plain.map(method).join('')}}
`;
}

/** src/client/said.ts: what is known of the values of events. */
export function clientFields(): string {
	const rows = Object.entries<Readonly<Record<string, Field>>>(fields).flatMap(([type, own]) => {
		const keys = Object.entries(own).filter(([name]) => !saidByAll.has(name));
		const texts = keys.map(([name, [kind]]) => `${name}: '${isText(kind) ? 'text' : 'number'}'`);
		return texts.length === 0 ? [] : [`\t${quoted(type)}: { ${texts.join(', ')} },\n`];
	});
	return `/* Generated from the table of the fields of events (src/events/fields.ts) by npm run docs. */

/** What events of each type say beyond what all may say: each key with what its value is. */
export const said = {
${rows.join('')}} as const;
`;
}

/** What the library says of any event. */
const saidByAll: ReadonlySet<string> = new Set(['pid', 'start', ...Object.keys(fieldsOfAll)]);

function isText(kind: Field[0]): boolean {
	return kind === 'text' || kind === 'duration';
}

function quoted(key: string): string {
	return key.includes('.') ? `'${key}'` : key;
}

/** Without descriptors, an end and a shape of its own. */
function isPlain({ name, fds, follows, synopsis }: Request): boolean {
	return fds.includes(0) && !follows && !synopsis.includes('<args>') && name !== 'Events';
}

function rowType({ name, columns, mayLack }: Request): string[] {
	const members = columns?.map((column) => `\treadonly ${column}: ${cellType(column, mayLack)};\n`);
	return members === undefined
		? []
		: [`/** A row of \`${name}\`. */\nexport interface ${name}Row {\n${members.join('')}}\n`];
}

function cellType(column: string, mayLack: readonly string[]): string {
	const isWord = wordColumns.some((word) => word === column);
	const type = numberColumns.some((number) => number === column) ? 'number' : 'string';
	return mayLack.includes(column) && !isWord ? `${type} | null` : type;
}

function method(request: Request): string {
	const { name, summary, columns } = request;
	const settings = settingsOf(request.rest);
	const own = name.charAt(0).toLowerCase() + name.slice(1);
	const places = request.args.filter(isPlace);
	const options = request.args.filter((arg) => !isPlace(arg));
	const members = [
		...options.map((arg) => `readonly ${arg.key}?: ${arg.isFlag ? 'boolean' : typeOf(arg.what)} | undefined`),
		...settings.map(([key, what]) => `readonly ${key}?: ${typeOf(what)} | undefined`),
	];
	const parameters = [
		...places.map(({ key, what, isOptional }) => `${key}${isOptional ? '?' : ''}: ${typeOf(what)}`),
		...(members.length > 0 ? [`options: { ${members.join('; ')} } = {}`] : []),
	];
	const fields = request.args.map((arg) => fieldOf(arg));
	const settled =
		settings.length > 0 ? `, { ${settings.map(([key]) => `${key}: options.${key}`).join(', ')} }` : '';
	const result = columns === undefined ? 'void' : `${name}Row[]`;
	const asked = `await this.#ask<${result}>('${name}', [${fields.join(', ')}]${settled});`;
	return `
	/** ${summary} */
	async ${own}(${parameters.join(', ')}): Promise<${result}> {
		${columns === undefined ? '' : 'return '}${asked}
	}
`;
}

/** Whom it is for stands in its place; whatever else may be left out is an option. */
function isPlace({ key, isOptional }: Arg): boolean {
	return !isOptional || key === 'name' || key === 'request';
}

function fieldOf(arg: Arg): string {
	if (isPlace(arg)) {
		return arg.key;
	}
	if (arg.isFlag) {
		return `options.${arg.key} ? '${arg.what}' : undefined`;
	}
	return arg.what === 'duration'
		? `options.${arg.key} === undefined ? undefined : durationText(options.${arg.key})`
		: `options.${arg.key}`;
}

/** The `key=value` settings of a synopsis; a word alone, as \`follow\`, changes what kind of answer it is. */
function settingsOf(rest: string): [key: string, what: string][] {
	return [...rest.matchAll(/\[,([a-z]+)=<([^>]+)>\]/g)].map(([, key = '', what = '']) => [key, what]);
}

function typeOf(what: string): string {
	switch (what) {
		case 'duration':
			return 'Duration';
		case 'signal':
			return 'string | number';
		case 'count':
			return 'number';
		case 'time|duration':
			return 'string | Date';
		default:
			return what.includes('|')
				? what
						.split('|')
						.map((word) => `'${word}'`)
						.join(' | ')
				: 'string';
	}
}
