import { type Refusal, refuse } from '../base/refusal.ts';
import type { Service } from '../service/service.ts';
import { type Draft, serviceOf, withStartTimeout } from './draft.ts';
import { serviceKeys } from './keys-service.ts';
import { type At, bad } from './reader.ts';

/** What a `StartDaemon` says of a service; what it does not say is as in `[defaults]`. Strings are latin1. */
export type Asked = {
	readonly name: string;
	readonly args: readonly string[];
	readonly env: ReadonlyMap<string, string>;
	/** Absolute. */
	readonly directory?: string | undefined;
	/** `ARCHON_RESTART`, `ARCHON_USER` and `ARCHON_READY`, as the keys of these names in the file. */
	readonly restart?: string | undefined;
	readonly user?: string | undefined;
	readonly ready?: string | undefined;
};

/** The service that lives under `[defaults]` and what was asked over them; or why a setting is wrong. */
export function daemonService(asked: Asked, defaults: Draft): Service | Refusal {
	let draft: Draft = {
		...defaults,
		run: asked.args,
		env: new Map([...defaults.env, ...asked.env]),
		directory: asked.directory ?? defaults.directory,
		// What only a service in the file has.
		instances: 1,
		manual: false,
		oneshot: false,
		timer: { ...defaults.timer, every: undefined, cron: undefined },
	};
	for (const setting of ['restart', 'user', 'ready'] as const) {
		const value = asked[setting];
		if (value === undefined) {
			continue;
		}
		let why = '';
		const at: At = {
			folder: draft.directory,
			wrong(_line, text) {
				why = text;
				return bad;
			},
		};
		const change = serviceKeys.find(({ name }) => name === setting)?.read({ line: 0, value }, at, draft);
		if (change === undefined || change === bad) {
			return refuse(`ARCHON_${setting.toUpperCase()}: ${why}`);
		}
		draft = { ...draft, ...change };
	}
	return serviceOf(asked.name, withStartTimeout(draft));
}
