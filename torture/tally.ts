import os from 'node:os';
import { type Blow, kinds } from './blows.ts';
import type { Deeds } from './deeds.ts';
import { Losses, lossKinds } from './losses.ts';

/** What was done and what was lost in all rounds so far. */
export class Tally {
	readonly losses = new Losses();
	readonly #begun = performance.now();
	readonly #blows = new Map<Blow, number>();
	readonly #onFirstByte = { request: 0, reply: 0 };
	/** Milliseconds of acting, and of waiting for rest and comparing. */
	readonly #spent = { round: 0, judge: 0 };
	rounds = 0;
	asked = 0;
	lines = 0;
	events = 0;

	add(deeds: Deeds, spent: { readonly round: number; readonly judge: number }): void {
		this.rounds++;
		this.asked += deeds.asked.length + deeds.orders.length + deeds.own.length;
		for (const blow of deeds.blows) {
			this.#blows.set(blow, (this.#blows.get(blow) ?? 0) + 1);
		}
		for (const what of ['request', 'reply'] as const) {
			this.#onFirstByte[what] += deeds.onFirstByte[what];
		}
		this.#spent.round += spent.round;
		this.#spent.judge += spent.judge;
	}

	/** One line. */
	brief(): string {
		return `${this.rounds} rounds, ${this.asked} requests and lives, ${this.lines} lines, ${this.#cost()}: nothing lost that may not be`;
	}

	#cost(): string {
		const of = (time: number) => `${Math.round(time / this.rounds)} ms`;
		return `a round takes ${of(this.#spent.round)}, looking at it ${of(this.#spent.judge)}`;
	}

	/** As torture/result.md has it. */
	page(seed: number): string {
		const row = (...cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
		const { request, reply } = this.#onFirstByte;
		const minutes = ((performance.now() - this.#begun) / 60_000).toFixed(1);
		return [
			'# The last torture',
			'',
			'Written by `npm run torture -- --result torture/result.md`; what each line means is in torture/losses.ts and',
			'torture/blows.ts, what is compared after each round in torture/judge.ts.',
			'',
			`\`--rounds ${this.rounds} --seed ${seed}\` on Linux ${os.release()}, ${os.availableParallelism()} CPUs, Node ${process.versions.node}: ${minutes} min;`,
			`${this.#cost()}. ${this.asked} requests and lives, ${this.lines} numbered lines, ${this.events} events were compared.`,
			'',
			row('blow', 'times'),
			row('---', '--:'),
			...kinds.map((kind) => row(kind, this.#blows.get(kind) ?? 0)),
			row('of these on the first byte of a request', request),
			row('of these on the first byte of a reply', reply),
			'',
			row('lost, as the README says', 'times'),
			row('---', '--:'),
			...Object.entries(lossKinds).map(([kind, text]) =>
				row(text, this.losses.of(kind as keyof typeof lossKinds)),
			),
			row('anything else', 0),
			'',
		].join('\n');
	}
}
