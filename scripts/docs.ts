// Writes what is made of the request registry and of the process table: `npm run docs`. With --check it only compares.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventTypes } from '../src/events/event.ts';
import { requests } from '../src/requests/index.ts';
import { picture } from '../test/process/picture.ts';
import { bash } from './docs-bash.ts';
import { clientFields, clientRequests, clientRows } from './docs-client.ts';
import { configManual } from './docs-config.ts';
import { declarations } from './docs-declarations.ts';
import { fish } from './docs-fish.ts';
import { manual, protocolManual, rulesManual } from './docs-manual.ts';
import { daemonManual } from './docs-manual-daemon.ts';
import { protocol } from './docs-protocol.ts';
import { tables } from './docs-rules.ts';
import { verbs } from './docs-verbs.ts';
import { common, listsOf, verbsOf } from './docs-words.ts';
import { zsh } from './docs-zsh.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const words = [verbsOf(requests), common, listsOf(eventTypes)] as const;

const pages: Record<string, (before: string) => string> = {
	'PROTOCOL.md': () => protocol(requests, eventTypes),
	'native/verbs.h': () => verbs(requests),
	'src/client/said.ts': () => clientFields(),
	'src/client/rows.ts': () => clientRows(requests),
	'src/client/requests.ts': () => clientRequests(requests),
	// After what it is made of.
	'types/archon.d.ts': () => declarations('src/client/archon.ts', root),
	'docs/man/archonctl.1': () => manual(requests),
	'docs/man/archon.toml.5': () => configManual(),
	'docs/man/archond.8': () => daemonManual(),
	'docs/man/archon-protocol.7': () => protocolManual(protocol(requests, eventTypes)),
	'docs/rules.md': (before) =>
		Object.entries(tables).reduce((text, [name, table]) => between(text, name, table()), before),
	'docs/man/archon-rules.7': () => rulesManual(read('docs/rules.md')),
	'docs/completion/archonctl.bash': () => bash(...words),
	'docs/completion/_archonctl': () => zsh(...words),
	'docs/completion/archonctl.fish': () => fish(...words),
	'ARCHITECTURE.md': (before) => between(before, 'the life of a process', `\`\`\`\n${picture()}\n\`\`\``),
};

const stale = Object.entries(pages).filter(([path, make]) => {
	const before = read(path);
	const after = make(before);
	if (after !== before && !process.argv.includes('--check')) {
		mkdirSync(dirname(`${root}${path}`), { recursive: true });
		writeFileSync(`${root}${path}`, after);
	}
	return after !== before;
});
if (process.argv.includes('--check') && stale.length > 0) {
	console.log(`stale: ${stale.map(([path]) => path).join(', ')}: npm run docs`);
	process.exitCode = 1;
}

function read(path: string): string {
	try {
		return readFileSync(`${root}${path}`, 'utf8');
	} catch {
		return '';
	}
}

/** Replaces what stands between `<!-- NAME -->` and `<!-- end -->`. */
function between(text: string, name: string, content: string): string {
	const from = text.indexOf(`<!-- ${name} -->`);
	const to = text.indexOf('<!-- end -->', from);
	if (from < 0 || to < 0) {
		throw new Error(`there is no place for ${name}`);
	}
	return `${text.slice(0, from)}<!-- ${name} -->\n${content}\n${text.slice(to)}`;
}
