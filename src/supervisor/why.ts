import { formatDuration, roughDuration } from '../base/duration.ts';
import type { Failure, State } from '../process/state.ts';
import { formatAddress } from '../service/address.ts';
import { failureText, lastEnd } from './describe.ts';
import type { Entry } from './entry.ts';
import type { Facts } from './facts.ts';
import { isGivenUp } from './giving-up.ts';
import { forConnection } from './graph/standing.ts';
import { frontOf } from './overlap-of.ts';
import { readyWhen } from './ready-when.ts';
import { needSentences } from './why-waiting.ts';

/** Nothing is known but the time. */
export function noFacts(now: number): Facts {
	return {
		now,
		needs: [],
		firesIn: undefined,
		failedGroup: undefined,
	};
}

/** Why an entry is in its state, what it waits for and what would change that: sentences, the first says the most. */
export function why(entry: Entry, facts: Facts): string[] {
	const { state } = entry.life;
	const sentences =
		entry.kind === 'foreign'
			? foreign(entry, facts)
			: [...overlapSentences(entry), ...sentencesOf(entry, state, facts)];
	return facts.failedGroup === undefined || state.tag === 'running'
		? sentences
		: [
				...sentences,
				`Its group ${facts.failedGroup} failed; archonctl start ${facts.failedGroup} starts all of it.`,
			];
}

/** Of two processes of one service, while a restart overlaps. */
function overlapSentences(entry: Entry): string[] {
	const { overlap, name } = entry;
	if (overlap === undefined) {
		return [];
	}
	const { of, beside, phase } = overlap;
	const pid = (it: Entry) => (it.process === undefined ? '' : ` (process ${it.process.pid})`);
	if (phase === 'retiring') {
		return entry === of
			? [`${name} was restarted: the process before${pid(beside)} is ending as ${beside.name}.`]
			: [`${name} is the process that ${of.name} had before; the new one${pid(of)} has taken its place.`];
	}
	const until = `when that is ready (${readyWhen(beside)})`;
	return entry === of
		? [
				`${name} is being restarted: ${beside.name}${pid(beside)} takes its place ${until}, and until then this process goes on.`,
				`archonctl stop ${beside.name} gives that up; archonctl why ${beside.name} says more.`,
			]
		: [
				`${name} is the new process of ${of.name}: it takes the place of the old one${pid(of)} ${until.replace('that', 'it')}, else it is ended and that one stays.`,
			];
}

function sentencesOf(entry: Entry, state: State, facts: Facts): string[] {
	switch (state.tag) {
		case 'waiting':
			return waiting(entry, state, facts);
		case 'starting':
			return starting(entry, state, facts);
		case 'running':
			return running(entry, facts);
		case 'stopping':
			return stopping(entry, state, facts);
		case 'stopped':
			return [stopped(entry), `${start(entry)} starts it; it stays as it is until then.`];
		case 'exited':
			return [
				`${entry.name} ${ended(entry)}, and restart = "${entry.spec.restart}" leaves it at that.`,
				`${start(entry)} starts it again.`,
			];
		case 'backoff':
			return backoff(entry, state, facts);
		case 'failed':
			return failed(entry, state.why, facts);
		case 'paused':
			return [
				`${entry.name} was frozen by request ${ago(state.frozen, facts)} ago: it is there and does nothing.`,
				`archonctl resume ${entry.name} lets it go on.`,
			];
	}
}

function waiting(
	{ name, service }: Entry,
	state: Extract<State, { tag: 'waiting' }>,
	facts: Facts,
): string[] {
	if (facts.needs.length > 0) {
		return needSentences(name, facts.needs);
	}
	if (state.why === forConnection) {
		return [
			`${name} is waiting for somebody to connect to ${service?.sockets.map(formatAddress).join(' or ')}.`,
			`archonctl start ${name} does not wait for it.`,
		];
	}
	const next =
		facts.firesIn === undefined
			? `${name} is waiting: ${state.why}.`
			: `${name} is waiting for its time: ${state.why}, in ${roughDuration(facts.firesIn)}.`;
	return [next, `archonctl start ${name} does not wait for it.`];
}

function starting(entry: Entry, state: Extract<State, { tag: 'starting' }>, facts: Facts): string[] {
	const { name, process, spec, remark } = entry;
	const time =
		dueIn(entry, facts) === undefined
			? spec.startTimeout === undefined
				? 'It may take as long as it takes'
				: `It may take ${formatDuration(spec.startTimeout)}`
			: `It has ${dueIn(entry, facts)} left`;
	const due = `${time}${spec.startTimeout === undefined ? '' : '; then it is ended and counts as a failure'}.`;
	if (process === undefined || !state.spawned) {
		return [`${name} is starting: its program does not run yet.`, due];
	}
	const how = readyWhen(entry);
	return [
		`${name} has been running for ${ago(process.since, facts)} and is not ready yet: ${how}.`,
		...(remark === '' ? [] : [`${capital(remark)}.`]),
		due,
		`archonctl logs ${logOf(entry)} shows what it says.`,
	];
}

function running(entry: Entry, facts: Facts): string[] {
	const { name, process, life, kind, remark, said, degraded } = entry;
	const sentences = [
		process === undefined
			? `${name} is running.`
			: `${name} has been running for ${ago(process.since, facts)}${kind === 'run' ? ' for whoever asked for it' : ''}.`,
	];
	if (degraded !== undefined) {
		sentences.push(`It is degraded: ${degraded}. archonctl restart ${name} starts it anew.`);
	}
	if (life.history.restarts > 0) {
		sentences.push(
			`It was restarted ${times(life.history.restarts)} since somebody last started it; before, it ${ended(entry)}.`,
		);
	}
	if (said !== '') {
		sentences.push(`It says of itself: ${said}`);
	}
	return remark === '' ? sentences : [...sentences, `${capital(remark)}.`];
}

function stopped(entry: Entry): string {
	const { name, last, service, remark } = entry;
	if (last === undefined && service?.manual === true) {
		return `${name} was not started yet: manual = true keeps it until it is asked for.`;
	}
	return `${name} was stopped ${isGivenUp(entry) ? `because ${remark}` : 'by request'}${lastEnd(entry)}.`;
}

function stopping(entry: Entry, state: Extract<State, { tag: 'stopping' }>, facts: Facts): string[] {
	const { name, spec, remark } = entry;
	const fault =
		state.fault === undefined ? [] : [`That is because of a failure: ${failureText(state.fault)}.`];
	const what = state.main ? `${name} was told to end` : `${name} has ended, and what it left was told to`;
	const then = [...fault, ...next[state.afterwards]];
	if (remark.startsWith('still there')) {
		return [
			`${name} is ${remark}.`,
			'Not even KILL ends a process that waits for a device or a file system: that has to answer first.',
			...then,
		];
	}
	if (state.forced) {
		return [`${what} ${ago(state.since, facts)} ago, took too long, and got KILL.`, ...then];
	}
	const left = dueIn(entry, facts) ?? roughDuration(state.since + spec.stopTimeout - facts.now);
	return [
		`${what} ${ago(state.since, facts)} ago; KILL follows in ${left}.`,
		`archonctl stop ${name} 0s does not wait for that.`,
		...then,
	];
}

const next: Record<Extract<State, { tag: 'stopping' }>['afterwards'], readonly string[]> = {
	stop: [],
	start: ['Then it is started again.'],
	return: ['It is started again when what it requires is back.'],
	settle: ['Then its restart policy decides.'],
};

function backoff(entry: Entry, state: Extract<State, { tag: 'backoff' }>, facts: Facts): string[] {
	const { name, life, spec, remark } = entry;
	const row = life.history.row > 1 ? `, ${times(life.history.row)} in a row` : '';
	const { failures, within } = spec.limit;
	return [
		`${name} ${remark === '' ? ended(entry) : `did not stay: ${remark}`}${row}; it is started again in ${roughDuration(state.until - facts.now)}.`,
		`${start(entry)} starts it now, archonctl stop ${name} gives up; archonctl logs ${logOf(entry)} shows what it said.`,
		`Should that happen ${times(failures)} within ${formatDuration(within)}, it is left alone as failed.`,
	];
}

function failed(entry: Entry, failure: Failure, facts: Facts): string[] {
	const { name, remark, spec } = entry;
	const text = failureText(failure);
	const about = remark !== '' ? ` (${remark})` : failure.tag === 'limit' ? lastEnd(entry) : '';
	const first = `${name} failed: ${remark.startsWith(text) ? remark : text + about}.`;
	const logs = `archonctl logs ${logOf(entry)} shows what it said.`;
	const left = dueIn(entry, facts);
	if (left !== undefined) {
		return [first, `${name} is tried again in ${left}; ${start(entry)} tries now.`, logs];
	}
	switch (failure.tag) {
		case 'not-started':
			return [first, `Nothing of it runs. When that is mended, ${start(entry)} tries again.`];
		case 'not-ready':
			return [first, `It was ended then; ${start(entry)} tries again.`, logs];
		case 'limit':
			return [first, `It is not tried again by itself; ${start(entry)} does.`, logs];
		case 'degraded':
		case 'unserved':
		case 'ended':
			return [first, `restart = "${spec.restart}" leaves it at that; ${start(entry)} starts it again.`, logs];
	}
}

/** A process that somebody else started cannot be started here. */
function foreign(entry: Entry, facts: Facts): string[] {
	const { name, process, remark, life, last } = entry;
	const whose = 'somebody else started it, archon only watches';
	switch (life.state.tag) {
		case 'running':
			return remark === ''
				? [`${name} has been running for ${ago(process?.since ?? facts.now, facts)}: ${whose}.`]
				: [
						`${name} has ended, but is ${remark}.`,
						'It is gone when that process asks for its end, or ends itself.',
					];
		case 'paused':
			return sentencesOf(entry, life.state, facts);
		case 'stopping':
			return sentencesOf(entry, life.state, facts);
		default:
			return [
				last?.tag === 'unknown' || last === undefined
					? `${name} has ended, nobody could tell how: ${whose}.`
					: `${name} ${ended(entry)}: ${whose}.`,
				`Its name is free for another; archonctl remove ${name} forgets it.`,
			];
	}
}

function ended({ last }: Entry): string {
	switch (last?.tag) {
		case 'exit':
			return `ended with exit code ${last.code}`;
		case 'signal':
			return `was ended by signal ${last.signal}`;
		default:
			return 'ended';
	}
}

/** A run is not started again: its client is gone. */
function start({ name, kind }: Entry): string {
	return kind === 'run' ? 'another archonctl run' : `archonctl start ${name}`;
}

/** Until its timer fires. */
function dueIn({ timer, due }: Entry, { now }: Facts): string | undefined {
	return timer === undefined ? undefined : roughDuration(due - now);
}

function ago(since: number, { now }: Facts): string {
	return roughDuration(now - since);
}

function times(count: number): string {
	return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}

function capital(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Whose log it writes into. */
function logOf(entry: Entry): string {
	return frontOf(entry).name;
}
