import { Archon, temporary } from '../archon.ts';
import { Ear } from '../session/ear.ts';
import { Gate } from '../session/gate.ts';

/** Where services wait for the test and tell it something: there before archon is. */
export type Stage = { readonly directory: string; readonly gate: Gate; readonly ear: Ear };

/** Starts archon with services, each a table by its name; `sh -c` is put in front of a `run` that is a text. */
export async function described(
	describe: (stage: Stage) => Readonly<Record<string, Described>>,
): Promise<Stage & { readonly archon: Archon }> {
	const directory = temporary();
	const stage = { directory, gate: new Gate({ directory }), ear: new Ear({ directory }) };
	return { ...stage, archon: await Archon.configured(tomlOf(describe(stage)), directory) };
}

export type Described = { readonly run: string; readonly [key: string]: unknown };

/** The same as the text of a configuration. */
export function tomlOf(services: Readonly<Record<string, Described>>): string {
	const tables = Object.entries(services).map(([name, { run, ...rest }]) => {
		const keys = Object.entries({ run: script(run), ...rest });
		return [`[service.${name}]`, ...keys.map(([key, value]) => `${key} = ${tomlValue(value)}`), ''];
	});
	return tables.flat().join('\n');
}

/** The arguments of a shell that runs this. */
export function script(text: string): string[] {
	return ['sh', '-c', text];
}

function tomlValue(value: unknown): string {
	if (Array.isArray(value)) {
		return `[${value.map(tomlValue).join(', ')}]`;
	}
	if (typeof value === 'object' && value !== null) {
		return `{ ${Object.entries(value)
			.map(([key, it]) => `${key} = ${tomlValue(it)}`)
			.join(', ')} }`;
	}
	return JSON.stringify(value);
}
