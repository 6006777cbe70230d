import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { Archon, temporary } from '../archon.ts';
import { ask } from '../session/ask.ts';
import { until } from './until.ts';

/**
 * Is ready when the file `go` is there, ends before that with 3 when `fail` is, and does not end as long as `hold` is there;
 * `begun` has a line for each that was started.
 */
const script = `trap 'echo bye; while test -e hold; do sleep 0.01; done; exit 0' TERM
trap 'echo usr1 >> heard' USR1
echo begun >> begun
echo hello
while ! test -e go; do test -e fail && exit 3; sleep 0.01; done
test $READY || READY=3
echo >&$READY
while :; do sleep 0.02; done`;

/** An archon with a service `web` whose restarts overlap, and that is ready. */
export class Overlapping {
	readonly archon: Archon;

	private constructor(archon: Archon) {
		this.archon = archon;
	}

	/** `more`: keys of the service, then other tables. */
	static async start(
		more = '',
		begin: (toml: string, directory: string) => Promise<Archon> = Archon.configured,
	): Promise<Overlapping> {
		const directory = temporary();
		writeFileSync(`${directory}/go`, '');
		const overlapping = new Overlapping(await begin(Overlapping.toml(more), directory));
		expect(await ask(overlapping.archon, 'Wait', 'web', 'running')).toBe('Ok');
		return overlapping;
	}

	static toml(more = ''): string {
		return `[service.web]
			run = ["sh", "-c", ${JSON.stringify(script)}]
			directory = "."
			stop = { timeout = "20s" }
			restart_mode = "overlap"
			${/^ready = /m.test(more) ? '' : 'ready = "fd:3"'}
			${more}`;
	}

	set(name: 'go' | 'hold' | 'fail', isThere = true): void {
		const path = `${this.archon.directory}/${name}`;
		if (isThere) {
			writeFileSync(path, '');
		} else {
			rmSync(path, { force: true });
		}
	}

	/** Asks for a restart, of which the new process is there and not ready; what is returned is the answer. */
	async restarting(): Promise<{ readonly answer: Promise<string> }> {
		this.set('go', false);
		const { begun } = this;
		const answer = ask(this.archon, 'Restart', 'web');
		await until(() => this.begun > begun);
		return { answer };
	}

	/** How many were started so far. */
	get begun(): number {
		return this.lines('begun').length;
	}

	lines(name: string): string[] {
		const path = `${this.archon.directory}/${name}`;
		return existsSync(path) ? readFileSync(path, 'latin1').split('\n').slice(0, -1) : [];
	}

	/** Its processes: of the keeper's children those that are shells. */
	get pids(): number[] {
		const { pid } = this.archon.keeper;
		const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ');
		return children.filter(isShell).map(Number);
	}
}

/** Not for one that has ended meanwhile. */
function isShell(pid: string): boolean {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith('sh\0');
	} catch {
		return false;
	}
}
