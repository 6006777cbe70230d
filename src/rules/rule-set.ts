import { type Refusal, refuse } from '../base/refusal.ts';
import type { Event } from '../events/event.ts';
import { askedFor } from '../events/opt-in.ts';
import { alarm } from './alarm.ts';
import type { Diary } from './diary.ts';
import type { SpellRecord } from './diary-page.ts';
import type { EnginePorts } from './engine-ports.ts';
import { InForce, keyOf } from './in-force.ts';
import { Lasting, Room } from './lasting.ts';
import type { Rule, Seen } from './rule.ts';
import type { Want } from './want.ts';

/** How many rules there may be, of all files. */
export const mostRules = 10_000;

type SetPorts = {
	readonly clock: EnginePorts['clock'];
	/** What matches a rule has lasted as long as it says. */
	readonly lasted: (rule: InForce, event: Event, seen: Seen) => void;
	/** The time of a rule's own timer has come. */
	readonly rings: (rule: InForce) => void;
	readonly see: (event: Event) => Seen;
	readonly diary: Diary | undefined;
};

/** The rules in force, and what of them goes on when files are loaded anew. */
export class RuleSet {
	readonly #ports: SetPorts;
	readonly #room = new Room();
	#byKey: ReadonlyMap<string, InForce> = new Map();
	#rules: readonly InForce[] = [];

	constructor(ports: SetPorts) {
		this.#ports = ports;
	}

	/** In their order. */
	get rules(): readonly InForce[] {
		return this.#rules;
	}

	get(key: string): InForce | undefined {
		return this.#byKey.get(key);
	}

	/** The rule that an event says it is about. */
	named({ fields }: Event): InForce | undefined {
		const file = fields.find((one) => one.startsWith('file='))?.slice('file='.length) ?? '';
		const title = fields.find((one) => one.startsWith('rule='))?.slice('rule='.length) ?? '';
		return this.#byKey.get(keyOf({ file, title }));
	}

	/** All rules from now on (see Engine.replace). Refused: too many; then nothing changes. */
	replace(
		rules: readonly Rule[],
		loaded: ReadonlySet<string>,
		asBefore: ReadonlySet<string>,
	): Refusal | undefined {
		if (rules.length > mostRules) {
			return refuse(`${rules.length} rules are too many: ${mostRules} at most`);
		}
		const before = this.#byKey;
		const byKey = new Map<string, InForce>();
		for (const rule of rules) {
			const now = this.#renewed(rule, before.get(keyOf(rule)), loaded, asBefore.has(rule.file));
			byKey.set(now.key, now);
		}
		for (const [key, was] of before) {
			if (byKey.get(key) !== was) {
				was.stop();
			}
			if (!byKey.has(key)) {
				this.#ports.diary?.rule(key, undefined);
			}
		}
		this.#byKey = byKey;
		this.#rules = [...byKey.values()];
		return undefined;
	}

	wants(): readonly Want[] {
		return this.#rules.filter(({ isOff }) => !isOff).flatMap(({ rule }) => wantsOf(rule));
	}

	/** The longest time within which firings count. */
	get lookBack(): number {
		return this.#rules.reduce((most, { limit }) => Math.max(most, limit?.within ?? 0), 0);
	}

	#renewed(rule: Rule, was: InForce | undefined, loaded: ReadonlySet<string>, isAsBefore: boolean): InForce {
		const { diary } = this.#ports;
		if (was === undefined || !isDeclaredAs(rule, was.rule)) {
			const one = new InForce(rule, was, diary);
			const record = was === undefined ? diary?.known.rules.get(one.key) : undefined;
			if (record !== undefined) {
				one.restore(record, isAsBefore);
			}
			return this.#begin(one, isAsBefore);
		}
		if (rule !== was.rule || loaded.has(rule.file)) {
			was.renew(rule);
			was.switchOn();
		}
		return this.#begin(was);
	}

	/** What it does by itself, unless it does already. */
	#begin(one: InForce, isAsBefore = false): InForce {
		const { lasting, timer } = one.rule;
		const { clock, rings } = this.#ports;
		if (lasting !== undefined) {
			one.lasting ??= this.#lasting(one, lasting, isAsBefore);
		}
		if (timer !== undefined && !one.isOff) {
			const armed = (at: number) => one.armed(at);
			one.callOff ??= alarm(timer, clock, () => rings(one), armed, isAsBefore ? one.rings : undefined);
		}
		return one;
	}

	#lasting(one: InForce, ms: number, isAsBefore: boolean): Lasting {
		const { clock, lasted, see, diary } = this.#ports;
		const fire = (event: Event, seen: Seen) => lasted(one, event, seen);
		const note = diary && ((name: string, record?: SpellRecord) => diary.spell(one.key, name, record));
		const lasting = new Lasting({
			ms,
			clock,
			room: this.#room,
			fire,
			...(note === undefined ? {} : { note }),
		});
		const known = [...(diary?.known.spells.get(one.key) ?? [])];
		if (isAsBefore) {
			lasting.restore(known, see);
		} else {
			for (const [name] of known) {
				diary?.spell(one.key, name, undefined);
			}
		}
		return lasting;
	}
}

/** The same objects for the same rule: by them it is known that nothing changed. */
const wanted = new WeakMap<Rule, readonly Want[]>();

function wantsOf(rule: Rule): readonly Want[] {
	const known = wanted.get(rule);
	if (known !== undefined) {
		return known;
	}
	const { on, when, except } = rule;
	const wants = askedFor(on).map((type) => ({ type, when, except }));
	wanted.set(rule, wants);
	return wants;
}

/** Wherever it stands in its file. */
function isDeclaredAs(one: Rule, other: Rule): boolean {
	return one === other || JSON.stringify({ ...one, line: 0 }) === JSON.stringify({ ...other, line: 0 });
}
