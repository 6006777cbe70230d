import type { Description } from './describe.ts';
import { joinKey, type Mistake } from './mistake.ts';

/** Whom the system knows. Who cannot be asked for now (a directory server is away) is not known to be missing. */
export type Accounts = {
	isNoUser(name: string): Promise<boolean>;
	isNoGroup(name: string): Promise<boolean>;
};

/** Users and groups that the system does not know, each where it is said. */
export async function checkAccounts(
	{ defaults, services }: Description,
	accounts: Accounts,
): Promise<Mistake[]> {
	const answers = new Map<string, Promise<boolean>>();
	const isMissing = (what: 'user' | 'group', name: string): Promise<boolean> => {
		const known = answers.get(`${what} ${name}`);
		const answer = known ?? (what === 'user' ? accounts.isNoUser(name) : accounts.isNoGroup(name));
		answers.set(`${what} ${name}`, answer);
		return answer;
	};
	const said = [
		['defaults', defaults] as const,
		...Array.from(services, ([name, it]) => [`service.${joinKey(name)}`, it] as const),
	].flatMap(([table, { draft, places }]) =>
		(['user', 'group'] as const).flatMap((key) => {
			const place = places.get(key);
			const name = draft[key];
			return place === undefined || name === undefined
				? []
				: [{ place, what: key, name, key: `${table}.${key}` }];
		}),
	);
	const missing = await Promise.all(said.map(({ what, name }) => isMissing(what, name)));
	return said
		.filter((_, index) => missing[index])
		.map(({ place, what, name, key }) => ({ ...place, key, text: `there is no ${what} "${name}"` }));
}
