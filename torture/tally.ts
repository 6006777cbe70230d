import os from 'node:os';
import { type Blow, kinds } from './blows.ts';
import type { Deeds } from './deeds.ts';
import { Losses, lossKinds } from './losses.ts';

/** What was done and what was lost in all rounds so far. */
export class Tally {
	readonly losses = new Losses();
	readonly #begun = performance.now();
	readonly #blows = new Map<Blow, number>();
	readonly #amid = { request: 0, reply: 0 };
	readonly #spent = new Spent();
	/** Since the last time it was told. */
	#lately = new Spent();
	rounds = 0;
	asked = 0;
	lines = 0;
	events = 0;
	/** What was looked at, and how often there was something to compare. */
	met: Readonly<Record<string, number>> = {};

	add(deeds: Deeds, spent: { readonly round: number; readonly judge: number }): void {
		this.rounds++;
		this.asked += deeds.asked.length + deeds.orders.length + deeds.own.length;
		for (const blow of deeds.blows) {
			this.#blows.set(blow, (this.#blows.get(blow) ?? 0) + 1);
		}
		for (const what of ['request', 'reply'] as const) {
			this.#amid[what] += deeds.amid[what];
		}
		this.#spent.add(spent.round, spent.judge);
		this.#lately.add(spent.round, spent.judge);
	}

	/** One line; what rounds take is of those since the last one. */
	brief(): string {
		const line = this.#line(this.#lately);
		this.#lately = new Spent();
		return line;
	}

	/** One line of all. */
	whole(): string {
		return this.#line(this.#spent);
	}

	#line(spent: Spent): string {
		return `${this.rounds} rounds, ${this.asked} requests and lives, ${this.lines} lines, ${spent.text}: nothing lost that may not be`;
	}

	/** As torture/result.md has it. */
	page(seed: number): string {
		const row = (...cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
		const { request, reply } = this.#amid;
		const minutes = ((performance.now() - this.#begun) / 60_000).toFixed(1);
		return [
			'# The last torture',
			'',
			'Written by `npm run torture -- --result torture/result.md`; what each line means is in torture/losses.ts and',
			'torture/blows.ts, what is compared after each round in torture/judge.ts.',
			'',
			`\`--rounds ${this.rounds} --seed ${seed}\` on Linux ${os.release()}, ${os.availableParallelism()} CPUs, Node ${process.versions.node}: ${minutes} min;`,
			`${this.#spent.text}. ${this.asked} requests and lives, ${this.lines} numbered lines, ${this.events} events were compared.`,
			'',
			row('blow', 'times'),
			row('---', '--:'),
			...kinds.map((kind) => row(kind, this.#blows.get(kind) ?? 0)),
			row('of these in the middle of a request', request),
			row('of these on the first byte of a reply', reply),
			'',
			row('lost, as the README says', 'times'),
			row('---', '--:'),
			...Object.entries(lossKinds).map(([kind, text]) =>
				row(text, this.losses.of(kind as keyof typeof lossKinds)),
			),
			row('anything else', 0),
			'',
			row('compared', 'times'),
			row('---', '--:'),
			...Object.entries(this.met).map(([what, times]) => row(what, times)),
			'',
		].join('\n');
	}
}

/** Milliseconds of acting, and of waiting for rest and comparing. */
class Spent {
	#rounds = 0;
	#round = 0;
	#judge = 0;

	add(round: number, judge: number): void {
		this.#rounds++;
		this.#round += round;
		this.#judge += judge;
	}

	/** Of each round. */
	get text(): string {
		const of = (time: number) => `${Math.round(time / Math.max(1, this.#rounds))} ms`;
		return `a round takes ${of(this.#round)}, looking at it ${of(this.#judge)}`;
	}
}
