import type { Service } from '../service/service.ts';

/** The numbers of the processes a service has: 1 to N, or 0 alone where there is but one, which then has no number. */
export function instancesOf({ instances }: Pick<Service, 'instances'>): readonly number[] {
	return instances === 1 ? [0] : Array.from({ length: instances }, (_, i) => i + 1);
}

/** What the process of that number is called: `web`, or `web@2`. */
export function instanceName(service: string, instance: number): string {
	return instance === 0 ? service : `${service}@${instance}`;
}

/** Numbers of instances, by what becomes of them. */
export type InstanceChange = {
	readonly kept: readonly number[];
	readonly gone: readonly number[];
	readonly added: readonly number[];
};

/** What becomes of the instances when their number changes; between one and several none is kept, for the names change. */
export function instanceChange(
	before: Pick<Service, 'instances'>,
	after: Pick<Service, 'instances'>,
): InstanceChange {
	const [old, now] = [instancesOf(before), instancesOf(after)];
	return {
		kept: old.filter((number) => now.includes(number)),
		gone: old.filter((number) => !now.includes(number)),
		added: now.filter((number) => !old.includes(number)),
	};
}
