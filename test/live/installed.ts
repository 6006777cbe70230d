import { copyFileSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Archon, temporary } from '../archon.ts';
import { ask } from '../session/ask.ts';

const root = join(import.meta.dirname, '../..');
const nap = '[service.a]\nrun = ["sleep", "60"]\n';

/** An archon that is installed where it can be replaced. */
export class Installed {
	readonly directory = temporary();

	/** Its configuration has the service `a`, which runs, and these. */
	async start(more = ''): Promise<Archon> {
		for (const folder of ['native/build/Release', 'dist', 'node_modules']) {
			mkdirSync(join(this.directory, folder), { recursive: true });
		}
		symlinkSync(
			join(root, `node_modules/node-linux-${process.arch}`),
			join(this.directory, `node_modules/node-linux-${process.arch}`),
		);
		for (const name of [
			'archond',
			'archon-keeper',
			'archon-log',
			'archon-binder',
			'libarchon-bind.so',
			'archon.node',
		]) {
			this.copy(`native/build/Release/${name}`);
		}
		for (const name of ['daemon.cjs', 'main.cjs', 'rules.cjs', 'lua.cjs']) {
			this.copy(`dist/${name}`);
		}
		writeFileSync(`${this.directory}/archon.toml`, nap + more);
		const instead = ['sh', '-c', 'program=$0; shift; exec "$program" "$@"', this.path('archond')];
		const archon = await Archon.start(
			this.directory,
			{},
			['--config', `${this.directory}/archon.toml`],
			instead,
		);
		await ask(archon, 'Wait', 'a', 'running');
		return archon;
	}

	path(program: string): string {
		return join(this.directory, 'native/build/Release', program);
	}

	/** Replaces a file by another one: as installers do, what runs keeps the old one. */
	copy(name: string): void {
		copyFileSync(join(root, name), join(this.directory, `${name}.new`));
		renameSync(join(this.directory, `${name}.new`), join(this.directory, name));
	}

	/** Replaces the daemon's program by one that does this first. */
	daemon(first: string): void {
		const old = readFileSync(join(root, 'dist/daemon.cjs'), 'utf8');
		writeFileSync(join(this.directory, 'dist/daemon.cjs'), `${first}\n${old}`);
	}
}
