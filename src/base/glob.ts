type Test = (char: string) => boolean;
const any: Test = () => true;

/** Whether a text is a pattern rather than a plain name. */
export function isGlob(text: string): boolean {
	return /[*?[]/.test(text);
}

/** The pattern that matches a text alone. */
export function escapeGlob(text: string): string {
	return text.replace(/[*?[]/g, '[$&]');
}

/**
 * A pattern as a function: `*` is any text, `?` any character, `[a-z]` one of these, `[!a-z]` one of the
 * others, any other character itself. `]` as the first of a set is a member of it; a `[` that nothing
 * closes is itself. A match takes at most pattern × text steps.
 */
export function compileGlob(pattern: string): (text: string) => boolean {
	if (!isGlob(pattern)) {
		return (text) => text === pattern;
	}
	const parts = partsOf(pattern);
	return (text) => matches(parts, text);
}

/** `'*'` or a test of one character. */
type Part = '*' | Test;

function partsOf(pattern: string): Part[] {
	const parts: Part[] = [];
	for (const [token] of pattern.matchAll(/\*+|\[(?:!.|[^!])[^\]]{0,255}\]|./gs)) {
		parts.push(partOf(token));
	}
	return parts;
}

function partOf(token: string): Part {
	if (token.startsWith('*')) {
		return '*';
	}
	if (token === '?') {
		return any;
	}
	return token.length > 1 ? setOf(token.slice(1, -1)) : (char) => char === token;
}

function setOf(inside: string): Test {
	const negated = inside.startsWith('!');
	const ranges: [string, string][] = [];
	for (const [range] of inside.slice(negated ? 1 : 0).matchAll(/.-.|./gs)) {
		ranges.push([range.charAt(0), range.charAt(range.length - 1)]);
	}
	return (char) => ranges.some(([from, to]) => from <= char && char <= to) !== negated;
}

/** Only the latest `*` is ever tried again: what an earlier one could take, the later can. */
function matches(parts: readonly Part[], text: string): boolean {
	let part = 0;
	let at = 0;
	let star = -1;
	let starAt = 0;
	while (at < text.length) {
		const test = parts[part];
		if (test === '*') {
			star = part++;
			starAt = at;
		} else if (test?.(text.charAt(at))) {
			part++;
			at++;
		} else if (star >= 0) {
			part = star + 1;
			at = ++starAt;
		} else {
			return false;
		}
	}
	return part === parts.length || (part === parts.length - 1 && parts[part] === '*');
}
