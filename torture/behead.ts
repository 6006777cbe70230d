import { setTimeout as sleep } from 'node:timers/promises';
import { servers, steady, writers } from './cast.ts';
import { remaining } from './crew.ts';
import type { Deeds } from './deeds.ts';
import { hit, hitPart } from './hit.ts';
import { now } from './notes.ts';
import type { Random } from './random.ts';
import type { Stage } from './stage.ts';
import { aliveOf, isAlive } from './system.ts';

/** The keeper dies, maybe archon-log or the minder before it; what ends meanwhile nobody of archon sees; then there is another. */
export async function behead(stage: Stage, random: Random, deeds: Deeds): Promise<void> {
	if (random.isUnder(0.2)) {
		hitPart('archon-log', stage, deeds);
	}
	if (random.isUnder(0.2)) {
		hitPart('minder', stage, deeds);
	}
	const logger = stage.pidOf('archon-log') ?? 0;
	deeds.mayLoseFlight = !stage.isLogged;
	const over = stage.strangers.pids.filter((pid) => !isAlive(pid));
	stage.record.ended();
	const unopened = stage.unopened();
	const from = now();
	const { crew } = stage;
	await stage.behead();
	// Also one that was hit while the keeper died; whoever came in its place had found what it left.
	deeds.mayLoseFlight ||= deeds.killed.has(logger);
	deeds.begun = stage.record.counts(Object.keys(writers));
	const listeners = stage.listeners.living();
	await sleep(random.below(100));
	if (random.isUnder(0.5)) {
		const name = random.pick(steady);
		const living = () => aliveOf(stage.directory).get(name) ?? [];
		for (const pid of living()) {
			hit(pid, name, deeds, () => living().includes(pid));
		}
	}
	stage.begin();
	await stage.answers();
	// It was stuck for longer than anybody waits, and with it goes what it had not written.
	deeds.mayLoseFlight ||= stage.hasKilledLogger;
	deeds.gap = { from, to: now() };
	noteOrphans(listeners, deeds);
	// The newest of each name had the pipes that were there.
	const cutOff = [...unopened].flatMap((name) => stage.record.begun().get(name)?.at(-1) ?? []);
	for (const pid of [...cutOff, ...stage.strangers.pids]
		.filter((it) => !isAlive(it))
		.concat(stage.record.ended())) {
		deeds.unseen.add(pid);
	}
	for (const pid of over) {
		deeds.unread.add(pid);
	}
	for (const { part, pid } of await remaining(crew)) {
		deeds.wrong.push(`${part} (${pid}) lives on, its keeper is dead and the next one has answered`);
	}
}

/** Whose socket nobody had through all of it. */
function noteOrphans(listeners: ReadonlyMap<string, number>, deeds: Deeds): void {
	for (const name of servers.keys()) {
		const pid = listeners.get(name);
		if (pid === undefined || !isAlive(pid)) {
			deeds.orphaned.add(name);
		}
	}
}
