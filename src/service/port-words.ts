import { type Refusal, refuse } from '../base/refusal.ts';

/** Ports of a process by the names its service gives them, in that order. */
export type NamedPorts = ReadonlyMap<string, number>;

/** A name of a port: it becomes a part of the name of a variable. */
const legal = /^[A-Za-z][A-Za-z0-9_-]{0,31}$/;

export function isPortName(text: string): boolean {
	return legal.test(text);
}

/** The variable that tells it: `ARCHON_PORT_HTTP`. */
export function portVariable(name: string): string {
	return `ARCHON_PORT_${name.toUpperCase().replaceAll('-', '_')}`;
}

/** How a process is told its ports: `ARCHON_PORT` is the first. */
export function portSettings(ports: NamedPorts): Map<string, string> {
	const settings = new Map<string, string>();
	for (const [name, port] of ports) {
		if (settings.size === 0) {
			settings.set('ARCHON_PORT', String(port));
		}
		settings.set(portVariable(name), String(port));
	}
	return settings;
}

/** Puts ports in place of `{port}`, the first, and `{port.NAME}`; where there are none every argument stays as it is. */
export function withPorts(args: readonly string[], ports: NamedPorts): readonly string[] {
	const [first] = ports.values();
	const port = (whole: string, name: string | undefined) =>
		String((name === undefined ? first : ports.get(name)) ?? whole);
	return first === undefined ? args : args.map((it) => it.replaceAll(pattern, port));
}

/** Why these arguments cannot be given ports of these names. */
export function unknownPort(args: readonly string[], names: readonly string[]): Refusal | undefined {
	const said = args.flatMap((it) => [...it.matchAll(pattern)]);
	const unknown =
		names.length === 0 ? undefined : said.find(([, name]) => name !== undefined && !names.includes(name));
	return unknown && refuse(`${unknown[0]}: there is no port of that name in ports`);
}

const pattern = /\{port(?:\.([A-Za-z0-9_-]*))?\}/g;
