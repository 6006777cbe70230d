import { mostServices } from '../src/config/check-service.ts';
import { plainDraft, plainGroup } from '../src/config/draft.ts';
import { largestFile, mostFiles } from '../src/config/files.ts';
import type { Key, Missing } from '../src/config/key.ts';
import { daemonKeys, groupKeys, plainDaemon } from '../src/config/keys-daemon.ts';
import { missingServiceKeys, mostInstances, serviceKeys } from '../src/config/keys-service.ts';
import { printToml } from '../src/config/print.ts';

/** docs/man/archon.toml.5, in man(7): made of the tables of keys. */
export function configManual(): string {
	return `.\\" Generated from the tables of keys in src/config by npm run docs.
.TH ARCHON.TOML 5 "" "archon" "File Formats"
.SH NAME
archon.toml \\- what archond starts and how
.SH DESCRIPTION
One file of TOML, read when archond starts and at
.BR Reload ,
checked as a whole before anything is done with it.
A mistake is told with file, line and key and changes nothing;
.B archond \\-\\-check
.I FILE
does only that check.
.PP
Durations are "200ms", "5s", "2m" or "1h", at most 24.8 days; sizes "512MiB" (KiB, GiB, TiB, B) or bytes.
A zero is a zero.
Relative paths count from the folder of the file.
.SH INCLUDE
.TP
.B include
A list of files, as ["conf.d/*.toml"], in the order of their names; *, ? and [a\\-z] match within a name.
What two files define is a mistake.
.SH "[daemon]"
${keys(daemonKeys, plainDaemon)}
.SH "[defaults]"
Any key of a service but ${escaped(notInDefaults())}: for every service and daemon that does not say otherwise.
Tables merge key by key, lists replace.
.SH "[service.NAME]"
${keys(serviceKeys, plainDraft, missingServiceKeys)}
.SH "[group.NAME]"
${keys(groupKeys, plainGroup, [])}
.SH "FILES OF VARIABLES"
A file that
.B env_file
names has lines KEY=value.
Blank lines and lines that begin with # say nothing, export in front of a key neither.
A value may stand in single or double quotes; inside them and elsewhere every character is itself.
.SH RELOAD
A change of a key restarts what has a process, unless it is said above that it changes in place; another number of
.B instances
starts or stops only those that differ.
What is new starts, what left the file is stopped and forgotten.
.SH LIMITS
A file has at most ${largestFile / 2 ** 20} MiB, a configuration ${mostFiles} files and ${mostServices} services, each of
their instances counted; a service has at most ${mostInstances} instances.
.SH "SEE ALSO"
.BR archonctl (1)
`;
}

function keys<D>(all: readonly Key<D>[], plain: D, missing: readonly Missing[] = []): string {
	return [...all.map((key) => entry(key, plain)), ...missing.map(missingEntry)].join('\n');
}

function entry<D>(key: Key<D>, plain: D): string {
	const value = key.write(plain);
	const isEmpty = value === undefined || (Array.isArray(value) && value.length === 0);
	const lines = [
		`.TP\n.B ${escaped(key.name)}`,
		escaped(key.what),
		`${escaped(capital(key.expected))}${isEmpty ? '' : escaped(`; ${printToml(value)} unless said`)}.`,
		...(key.change === 'in-place'
			? ['Changes in place.']
			: key.change === 'later'
				? ['Waits for the next start.']
				: []),
	];
	return lines.join('\n');
}

function missingEntry({ name, missing }: Missing): string {
	return `.TP\n.B ${escaped(name)}\nNot there yet: ${escaped(missing)}.`;
}

function notInDefaults(): string {
	const names = serviceKeys.filter(({ inDefaults }) => !inDefaults).map(({ name }) => name);
	return names.join(', ').replace(/, (?=[^,]*$)/, ' and ');
}

function capital(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

function escaped(text: string): string {
	return text
		.replaceAll('\\', '\\e')
		.replaceAll('-', '\\-')
		.replaceAll('…', '...')
		.replace(/^(['.])/, '\\&$1');
}
