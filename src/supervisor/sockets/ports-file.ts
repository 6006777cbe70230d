import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isPortName } from '../../service/port-words.ts';

/** Who has a port; `name`: which of the ports of its service, empty where it was asked for by request. */
export type Holding = { readonly holder: string; readonly name: string };

/** The ports that somebody has, as they are kept in the state directory: a restart of archon gives them back. */
export class PortsFile {
	readonly #path: string;
	readonly #onFault: (fault: unknown) => void;
	#isBroken = false;

	constructor(path: string, onFault: (fault: unknown) => void) {
		this.#path = path;
		this.#onFault = onFault;
	}

	/** Nothing where there is no such file, or none that can be read. */
	read(): Map<number, Holding> {
		try {
			const rows: unknown = JSON.parse(readFileSync(this.#path, 'utf8'));
			return new Map(
				Array.isArray(rows) ? rows.filter(isRow).map(([port, holder, name]) => [port, { holder, name }]) : [],
			);
		} catch {
			return new Map();
		}
	}

	/** Whole or not at all; that it cannot be written is told once, until it can be again. */
	write(held: ReadonlyMap<number, Holding>): void {
		const rows = Array.from(held, ([port, { holder, name }]) => [port, holder, name]);
		try {
			writeFileSync(`${this.#path}.new`, `${JSON.stringify(rows)}\n`, { mode: 0o600 });
			renameSync(`${this.#path}.new`, this.#path);
			this.#isBroken = false;
		} catch (fault) {
			if (!this.#isBroken) {
				this.#isBroken = true;
				this.#onFault(fault);
			}
		}
	}
}

type Row = readonly [port: number, holder: string, name: string];

function isRow(row: unknown): row is Row {
	const [port, holder, name] = Array.isArray(row) ? row : [];
	return (
		Number.isInteger(port) &&
		port > 0 &&
		port < 65_536 &&
		typeof holder === 'string' &&
		(name === '' || (typeof name === 'string' && isPortName(name)))
	);
}
