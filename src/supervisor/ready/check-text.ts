import { formatArgs } from '../../protocol/args.ts';
import type { Ready } from '../../service/service.ts';

/** A check or a way to be ready, as the configuration writes it; latin1. */
export function checkText(ready: Ready): string {
	switch (ready.tag) {
		case 'exec':
		case 'notify':
			return ready.tag;
		case 'fd':
			return `fd:${ready.fd}`;
		case 'log':
			return `log:${ready.pattern}`;
		case 'tcp':
			return `tcp:${ready.host.includes(':') ? `[${ready.host}]` : ready.host}:${ready.port}`;
		case 'http':
			return ready.url;
		case 'run':
			return `run:${formatArgs(ready.args)}`;
	}
}
