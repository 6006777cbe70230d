import type { Archon } from '../archon.ts';
import { rows } from './ask.ts';

/** What has happened so far: `starting web`, `exited db`, oldest first; only those of these verbs, if any are given. */
export async function happened(archon: Archon, ...verbs: string[]): Promise<string[]> {
	const all = await rows(archon, 'Events', 'types=process.*;group.*');
	return all
		.map((row) => `${row['type']?.replace('process.', '')} ${row['name']}`)
		.filter((it) => verbs.length === 0 || verbs.includes(it.split(' ')[0] ?? ''));
}

/** What has happened since the last time that was asked. */
export class Since {
	readonly #archon: Archon;
	#count = 0;

	constructor(archon: Archon) {
		this.#archon = archon;
	}

	async next(...verbs: string[]): Promise<string[]> {
		const all = await happened(this.#archon);
		const fresh = all.slice(this.#count);
		this.#count = all.length;
		return fresh.filter((it) => verbs.length === 0 || verbs.includes(it.split(' ')[0] ?? ''));
	}
}
