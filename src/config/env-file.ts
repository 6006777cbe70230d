import { shown } from '../base/shown.ts';
import type { Mistake } from './mistake.ts';
import { mostEntries } from './reader.ts';

/** What an `env_file` says: each variable with its value and its line. */
export type EnvFile = ReadonlyMap<string, { readonly value: string; readonly line: number }>;

/**
 * Reads lines `KEY=value` (latin1); the last of equal keys wins. Blank lines and lines that begin with `#` say nothing,
 * `export` in front of a key neither. A value may stand in single or double quotes, which are taken off; inside them
 * and elsewhere every character is itself, a `#` too; blanks around a value without quotes are dropped.
 */
export function parseEnvFile(content: string, file: string): { env: EnvFile; mistakes: Mistake[] } {
	const env = new Map<string, { value: string; line: number }>();
	const mistakes: Mistake[] = [];
	for (const [index, text] of content.split('\n').entries()) {
		const line = index + 1;
		if (/^\s*(?:#|$)/.test(text)) {
			continue;
		}
		const [, key, rest = ''] = /^\s*(?:export\s+)?([^\s=]+)\s*=(.*)$/s.exec(text) ?? [];
		const value = unquoted(rest.trim());
		if (key === undefined || key.includes('\0')) {
			mistakes.push({ file, line, key: '', text: `expected KEY=value, got ${shown(text.trim())}` });
		} else if (value === undefined || value.includes('\0')) {
			mistakes.push({ file, line, key, text: 'the value holds a NUL, or its quotes are not closed' });
		} else {
			env.set(key, { value, line });
		}
	}
	if (env.size > mostEntries) {
		mistakes.push({ file, line: 0, key: '', text: `more than ${mostEntries} variables` });
	}
	return { env, mistakes };
}

/** Undefined: its quotes are not closed, or something stands behind them. */
function unquoted(text: string): string | undefined {
	const quote = text.charAt(0);
	if (quote !== '"' && quote !== "'") {
		return text;
	}
	return text.length > 1 && text.endsWith(quote) ? text.slice(1, -1) : undefined;
}
