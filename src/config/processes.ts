/** What an instance's name says: the 2 of `web@2`. */
const instance = /^(.+)@([1-9][0-9]{0,3})$/;

type Counted = ReadonlyMap<string, { readonly instances: number }>;

/** The names of the processes of a service: its own, or `web@1`, `web@2`, … when there are more than one. */
export function processNames(name: string, instances: number): string[] {
	return instances === 1 ? [name] : Array.from({ length: instances }, (_, index) => `${name}@${index + 1}`);
}

/** The service whose several instances have that name among them. */
export function serviceOfInstance(name: string, services: Counted): string | undefined {
	const [, base = '', number] = instance.exec(name) ?? [];
	const count = services.get(base)?.instances ?? 0;
	return number !== undefined && count > 1 && Number(number) <= count ? base : undefined;
}
