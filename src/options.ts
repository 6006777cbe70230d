/**
 * What the keeper says (native/archond_arguments.c, archond_check.c): `--name value`, of which the value may begin as it
 * likes, and those of `flags` alone. (`parseArgs` of node:util takes half a millisecond of each start.)
 */
export function optionsOf(
	words: readonly string[],
	flags: ReadonlySet<string>,
): Readonly<Record<string, string | true>> {
	const said: Record<string, string | true> = {};
	for (let at = 0; at < words.length; at++) {
		const name = (words[at] ?? '').slice('--'.length);
		if (flags.has(name)) {
			said[name] = true;
		} else {
			said[name] = words[++at] ?? '';
		}
	}
	return said;
}
