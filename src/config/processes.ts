import type { Config } from './config.ts';

/** What an instance's name says: the 2 of `web@2`. */
const instance = /^(.+)@([1-9][0-9]{0,3})$/;

/** The names of the processes of a service: its own, or `web@1`, `web@2`, … when there are more than one. */
export function processNames(name: string, instances: number): string[] {
	return instances === 1 ? [name] : Array.from({ length: instances }, (_, index) => `${name}@${index + 1}`);
}

/** The names of all processes of these configurations, each once. */
export function processesOf(...configs: readonly Pick<Config, 'services'>[]): ReadonlySet<string> {
	const services = configs.flatMap((it) => [...it.services.values()]);
	return new Set(services.flatMap((it) => processNames(it.name, it.instances)));
}

/** The service that has an instance of that name; `instancesOf` says how many a service has. */
export function serviceOfInstance(
	name: string,
	instancesOf: (service: string) => number | undefined,
): string | undefined {
	const [, base = '', number] = instance.exec(name) ?? [];
	const count = number === undefined ? 0 : (instancesOf(base) ?? 0);
	return count > 1 && Number(number) <= count ? base : undefined;
}
