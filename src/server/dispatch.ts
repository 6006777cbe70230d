import { nearest } from '../base/nearest.ts';
import { refuse } from '../base/refusal.ts';
import { shown } from '../base/shown.ts';
import type { Context } from '../requests/context.ts';
import type { Answer, Request } from '../requests/request.ts';

/** Finds the request that a record names and has it handled. */
export class Dispatch {
	readonly #byName: ReadonlyMap<string, Request>;

	constructor(requests: readonly Request[]) {
		this.#byName = new Map(requests.map((it) => [it.name, it]));
	}

	find(name: string): Request | undefined {
		return this.#byName.get(name);
	}

	/** The answer to one record; descriptors that came along are in `context.fds`, and stay there when not taken. */
	handle(
		request: Request | undefined,
		fields: readonly string[],
		context: Context,
	): Answer | Promise<Answer> {
		if (request === undefined) {
			return this.#unknown(fields[0] ?? '');
		}
		if (!request.fds.includes(context.fds.length)) {
			return refuse(wrongDescriptors(request, context.fds.length));
		}
		return request.handle(fields.slice(1), context);
	}

	#unknown(name: string): Answer {
		const folded = new Map(Array.from(this.#byName.keys(), (known) => [fold(known), known]));
		const near = folded.get(nearest(fold(name), folded.keys()) ?? '');
		const hint = near === undefined ? 'Help lists those there are' : `did you mean ${near}?`;
		return refuse(`unknown request ${shown(name)}; ${hint}`);
	}
}

function fold(name: string): string {
	return name.toLowerCase().replaceAll(/[^a-z]/g, '');
}

function wrongDescriptors(request: Request, got: number): string {
	const [only, ...more] = request.fds;
	const wanted =
		more.length > 0 ? request.fds.join(', ').replace(/, (?=\d+$)/, ' or ') : only === 0 ? 'no' : `${only}`;
	const came = got === 0 ? 'none' : String(got);
	return `${request.name} takes ${wanted} descriptor${wanted === '1' ? '' : 's'}, ${came} came along`;
}
