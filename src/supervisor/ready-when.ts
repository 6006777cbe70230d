import type { Entry } from './entry.ts';
import { checkText } from './ready/check-text.ts';

/** What has to happen before it counts as ready. */
export function readyWhen({ service, spec }: Entry): string {
	const ready = service?.ready;
	switch (ready?.tag) {
		case 'notify':
			return 'it has to say READY=1 to its NOTIFY_SOCKET';
		case 'fd':
			return `it has to write a line into its descriptor ${ready.fd}`;
		case 'log':
			return `it has to write a line that matches ${ready.pattern}`;
		case 'tcp':
		case 'http':
			return `${checkText(ready)} has to answer`;
		case 'run':
			return `${checkText(ready).slice('run:'.length)} has to end with 0`;
		default:
			return spec.ready === 'end' ? 'it has to end with 0' : 'its program has to be running';
	}
}
