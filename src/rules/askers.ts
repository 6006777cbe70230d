import { isGlob } from '../base/glob.ts';
import { pushTo } from '../base/map-of-lists.ts';
import type { EventType } from '../events/event.ts';
import { askedFor } from '../events/opt-in.ts';
import type { Test } from './condition.ts';
import type { InForce } from './in-force.ts';

/** Types of events that ask permission. */
export const askingTypes = ['request.received', 'bind.requested'] as const;

export type AskingType = (typeof askingTypes)[number];

type Asked = { readonly byRequest: Map<string, InForce[]>; readonly others: InForce[] };

const nobody: readonly InForce[] = [];

/**
 * The rules that events which ask permission are made for: those that ask for the type (see askedFor), by the request
 * their condition names. Most requests concern none, and that has to cost nothing.
 */
export class Askers {
	readonly #byType = new Map<EventType, Asked>();

	constructor(rules: readonly InForce[]) {
		for (const type of askingTypes) {
			const asking = rules.filter(
				({ rule }) => rule.lasting === undefined && askedFor(rule.on).some((one) => one === type),
			);
			if (asking.length > 0) {
				this.#byType.set(type, sorted(asking));
			}
		}
	}

	/** Those whose conditions may hold, by what the fields say of `request=`. */
	of(type: AskingType, fields: readonly string[]): readonly InForce[] {
		const asked = this.#byType.get(type);
		if (asked === undefined) {
			return nobody;
		}
		const request = fields.find((one) => one.startsWith('request='))?.slice('request='.length);
		const named = request === undefined ? undefined : asked.byRequest.get(request);
		return named === undefined ? asked.others : [...named, ...asked.others];
	}
}

function sorted(rules: readonly InForce[]): Asked {
	const byRequest = new Map<string, InForce[]>();
	const others: InForce[] = [];
	for (const one of rules) {
		const test = one.rule.when['request'];
		const requests = test && textsOf(test);
		if (requests === undefined) {
			others.push(one);
		}
		for (const request of requests ?? []) {
			pushTo(byRequest, request, one);
		}
	}
	return { byRequest, others };
}

/** The texts that a test holds for; undefined: it cannot be told. */
function textsOf(test: Test): readonly string[] | undefined {
	if (test.is === 'glob') {
		return isGlob(test.glob) ? undefined : [test.glob];
	}
	const all = test.is === 'any' ? test.of.map(textsOf) : [undefined];
	return all.some((one) => one === undefined) ? undefined : all.flatMap((one) => one ?? []);
}
