import { join } from 'node:path';
import { linesOfRun } from './clients.ts';
import type { Asked, Deeds } from './deeds.ts';
import type { Stage } from './stage.ts';
import { isAlive, read } from './system.ts';
import { isBeheaded, isBehindRight, saidOf } from './talk.ts';

/** Each began once, came to its end and has its `ExitStatus`, then the reply to what was behind it, then nothing; its log is whole. */
export function judgeRuns(stage: Stage, deeds: Deeds): string[] {
	const begun = stage.record.begun();
	const twice = [...stage.record.twice()].filter((name) => /^(run-|rule:)/.test(name));
	return [
		...twice.map((name) => `${name} began ${begun.get(name)?.length} times`),
		...deeds.asked.flatMap((asked) => judgeRun(stage, asked, begun.get(asked.name)?.[0], deeds)),
	];
}

function judgeRun(
	stage: Stage,
	{ name, code, heard }: Asked,
	pid: number | undefined,
	deeds: Deeds,
): string[] {
	const isHit = pid !== undefined && deeds.hit.has(pid);
	const [reply] = heard.lines;
	if (isBeheaded(heard, deeds.gap) && heard.lines.length === 0) {
		// The connection went with the keeper.
		deeds.excuse(pid === undefined ? 'request' : 'reply', name);
		return judgeLog(stage, name, pid, isHit, deeds);
	}
	if (reply === undefined || !isBehindRight(heard)) {
		return [`${name} (${pid ?? 'did not begin'}): ${saidOf(heard)}`];
	}
	if (reply !== `ExitStatus,${code}` && !(isHit && reply === 'ExitStatus,137')) {
		// Hit before it had written down that it has begun, or even before it ran.
		const isOfOneHit = reply === 'ExitStatus,137' || reply.includes('it was killed before it ran');
		const mayBeHit = pid === undefined && deeds.touched.has(name) && isOfOneHit;
		return mayBeHit ? [] : [`${name}: ${reply}, not ${code}`];
	}
	return judgeLog(stage, name, pid, isHit, deeds);
}

function judgeLog(
	stage: Stage,
	name: string,
	pid: number | undefined,
	isHit: boolean,
	deeds: Deeds,
): string[] {
	if (pid === undefined) {
		return [];
	}
	if (isAlive(pid)) {
		return [`${name} (${pid}) still runs`];
	}
	if (!isHit && !stage.record.finished().has(name)) {
		return [`${name} (${pid}) died before it came to its end, and nobody had hit it`];
	}
	const lines = read(join(stage.logs, `runs/${name}.log`))
		.split('\n')
		.slice(0, -1);
	const written = lines.map((line) => line.replace(/^\S{24} o /, ''));
	const wanted = linesOfRun(pid);
	const mayLack = isHit || deeds.unseen.has(pid) || deeds.mayLoseFlight;
	const isWhole = written.length === wanted.length;
	const isBegun = written.every((line, i) => line === wanted[i]) && (mayLack || isWhole);
	const isRight = isBegun || (deeds.mayLoseFlight && isLeft(written, wanted));
	if (isRight) {
		if (!isWhole && !isHit) {
			deeds.excuse('output', name);
		}
		return [];
	}
	return [`${name} (${pid}) wrote ${wanted}, its log has "${written}"`];
}

/** Whether the lines are what is left of others of which a piece was lost, in their order, none of them twice. */
function isLeft(lines: readonly string[], of: readonly string[]): boolean {
	const text = of.join('\n');
	let at = 0;
	return lines.every((line) => {
		const found = text.indexOf(line, at);
		at = found + line.length;
		return found >= 0;
	});
}
