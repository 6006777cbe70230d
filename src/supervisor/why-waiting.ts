import type { Need } from './facts.ts';

/** What is to be said of one that waits for others: for each what it is up to and what would help. */
export function needSentences(name: string, needs: readonly Need[]): string[] {
	const [first, ...others] = needs;
	if (first === undefined) {
		return [];
	}
	const sentences = [`${name} is waiting for ${need(first)}.`];
	for (const it of others) {
		sentences.push(`It is waiting for ${need(it)}, too.`);
	}
	const helps = needs.map(help).filter((it) => it !== undefined);
	return [...sentences, ...helps, `When ${allOf(needs)}, ${name} starts by itself.`];
}

function need({ name, state, reason }: Need): string {
	const colon = reason === '' ? '' : `: ${reason}`;
	switch (state) {
		case 'failed':
			return `${name}, which failed${colon}`;
		case 'backoff':
			return `${name}, which is down${colon}`;
		case 'stopped':
			return `${name}, which was stopped by request`;
		case 'exited':
			return `${name}, which has ended${colon}`;
		case 'paused':
			return `${name}, which is frozen`;
		case 'stopping':
			return `${name}, which is being stopped`;
		case 'starting':
			return `${name}, which is not ready yet${colon}`;
		case 'waiting':
			return `${name}, which is itself waiting${colon}`;
		case 'running':
			return `${name}, which has just become ready`;
		case 'absent':
			return `${name}, which is not there`;
	}
}

/** Where time alone will not help, or may be hurried. */
function help({ name, state, unable }: Need): string | undefined {
	if (unable === 'foreign' && (state === 'stopped' || state === 'exited')) {
		return `archon did not start ${name}: archonctl monitor-fd --pid PID --name ${name} watches another.`;
	}
	switch (state) {
		case 'failed':
			return `archonctl start ${name} tries it now; archonctl logs ${name} shows what it said.`;
		case 'backoff':
			return `archonctl start ${name} tries it now.`;
		case 'stopped':
		case 'exited':
			return `archonctl start ${name} starts it.`;
		case 'paused':
			return `archonctl resume ${name} lets it go on.`;
		case 'absent':
			return `archonctl reload brings ${name} back if it is in the file.`;
		case 'waiting':
			return `archonctl why ${name} says for what.`;
		default:
			return undefined;
	}
}

function allOf(needs: readonly Need[]): string {
	return needs.length === 1 ? `${needs[0]?.name} is ready` : 'all of them are ready';
}
