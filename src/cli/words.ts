import { formatDuration } from '../base/duration.ts';
import { signalName } from '../base/signal.ts';
import { formatArgs } from '../protocol/args.ts';
import type { Action } from '../rules/action.ts';

/** What an action would do, as one line; `name` is the process of its event. */
export function actionWords(action: Action, name: string): string {
	const because = action.because === undefined ? '' : ` because ${action.because}`;
	return `${words(action, name)}${because}`;
}

function words(action: Action, name: string): string {
	switch (action.do) {
		case 'start':
		case 'restart':
		case 'pause':
		case 'resume':
			return `${action.do} ${action.name ?? name}`;
		case 'stop': {
			const within = action.timeout === undefined ? '' : ` within ${formatDuration(action.timeout)}`;
			return `stop ${action.name ?? name}${within}`;
		}
		case 'signal':
			return `signal ${action.name ?? name} ${signalName(action.signal)}`;
		case 'run': {
			const as = action.as === undefined ? '' : ` as ${action.as}`;
			const env = action.env.length === 0 ? '' : ` with ${formatArgs(action.env)}`;
			return `run ${formatArgs(action.args)}${as}${env}`;
		}
		case 'monitor': {
			const as = action.name === undefined ? '' : ` as ${action.name}`;
			return `monitor ${action.pid ?? 'its pid'}${as}`;
		}
		case 'depend':
			return `depend ${action.name ?? name} on ${action.on} (${action.kind})`;
		case 'undepend':
			return `undepend ${action.name ?? name} on ${action.on}`;
		case 'emit':
			return ['emit', action.type, action.name ?? name, ...action.fields].join(' ');
		case 'log':
			return `log ${action.level}: ${action.text}`;
		case 'fail':
		case 'allow':
			return action.do;
	}
}
