import { readdirSync, readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url).pathname;

/** The names of the rule files that archon ships. */
export const shipped = readdirSync(`${root}rules`).filter((name) => name.endsWith('.lua'));

/** The text of one of them, each of the first texts replaced by the second, which have to be in it. */
export function shippedRule(name: string, changes: Readonly<Record<string, string>> = {}): string {
	return changed(readFileSync(`${root}rules/${name}`, 'latin1'), changes);
}

export function changed(text: string, changes: Readonly<Record<string, string>>): string {
	return Object.entries(changes).reduce((now, [from, to]) => {
		if (!now.includes(from)) {
			throw new Error(`there is no ${JSON.stringify(from)} any more`);
		}
		return now.replaceAll(from, to);
	}, text);
}

/** The examples of docs/rules.md, each a file of rules, by the sentence of its first rule. */
export const documented: ReadonlyMap<string, string> = new Map(
	[...readFileSync(`${root}docs/rules.md`, 'latin1').matchAll(/^```lua\n(.*?)^```$/gms)].map(
		([, code = '']) => [/rule "([^"]+)"/.exec(code)?.[1] ?? code, code],
	),
);
