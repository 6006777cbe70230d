import { isRefusal } from '../base/refusal.ts';
import type { Description } from './describe.ts';
import { ask } from './disk.ts';
import type { Draft } from './draft.ts';
import { type EnvFile, parseEnvFile } from './env-file.ts';
import { readBytes } from './files.ts';
import { joinKey, type Mistake } from './mistake.ts';
import type { Places } from './read-table.ts';

/** The contents of every `env_file`, by path. */
export type EnvFiles = ReadonlyMap<string, EnvFile>;

/** Reads every `env_file` that is named anywhere, each once. */
export async function readEnvFiles(
	description: Description,
): Promise<{ files: EnvFiles; mistakes: Mistake[] }> {
	const files = new Map<string, EnvFile>();
	const mistakes: Mistake[] = [];
	for (const [key, { draft, places, place }] of [
		['defaults', description.defaults] as const,
		...Array.from(description.services, ([name, it]) => [`service.${joinKey(name)}`, it] as const),
	]) {
		for (const path of places.has('env_file') ? draft.envFiles : []) {
			if (files.has(path)) {
				continue;
			}
			const bytes = await ask(path, () => readBytes(path));
			if (isRefusal(bytes)) {
				files.set(path, new Map());
				mistakes.push({
					...(places.get('env_file') ?? place),
					key: `${key}.env_file`,
					text: `${path}: ${bytes.refused}`,
				});
			} else {
				const read = parseEnvFile(Buffer.from(bytes).toString('latin1'), path);
				files.set(path, read.env);
				mistakes.push(...read.mistakes);
			}
		}
	}
	return { files, mistakes };
}

/** What is in the files of a draft, put under its `env`; `places` gains what came from them. */
export function withEnvFiles(
	draft: Draft,
	places: Places,
	outer: Places,
	files: EnvFiles,
): { draft: Draft; places: Places } {
	if (draft.envFiles.length === 0) {
		return { draft, places };
	}
	const env = new Map<string, string>();
	const where = new Map(places);
	for (const path of draft.envFiles) {
		for (const [key, { value, line }] of files.get(path) ?? []) {
			env.set(key, value);
			if (!places.has(`env.${key}`) && !outer.has(`env.${key}`)) {
				where.set(`env.${key}`, { file: path, line });
			}
		}
	}
	return { draft: { ...draft, env: new Map([...env, ...draft.env]) }, places: where };
}
