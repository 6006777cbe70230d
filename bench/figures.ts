import type { Figure } from './figure.ts';
import { blocked } from './figures/blocked.ts';
import { commandLine } from './figures/command-line.ts';
import { crash } from './figures/crash.ts';
import { crowded } from './figures/crowd.ts';
import { hungMount } from './figures/hung-mount.ts';
import { journal } from './figures/journal.ts';
import { logLatency } from './figures/log-latency.ts';
import { logThroughput } from './figures/log-throughput.ts';
import { memory } from './figures/memory.ts';
import { pingOne } from './figures/ping-one.ts';
import { pingPipelined } from './figures/ping-pipelined.ts';
import { rulesAction } from './figures/rules-action.ts';
import { rulesBurst } from './figures/rules-burst.ts';
import { rulesNone } from './figures/rules-none.ts';
import { runOne } from './figures/run-one.ts';
import { runSixteen } from './figures/run-sixteen.ts';
import { severalServices } from './figures/services.ts';
import { startUp } from './figures/start-up.ts';
import { subscribers } from './figures/subscribers.ts';

/** All there is to measure, in the order of the results. */
export const figures: readonly Figure[] = [
	runOne,
	runSixteen,
	pingOne,
	...pingPipelined,
	blocked,
	crowded,
	hungMount,
	...logThroughput,
	logLatency,
	subscribers,
	startUp,
	crash,
	commandLine,
	memory,
	...severalServices,
	journal,
	rulesNone,
	rulesAction,
	rulesBurst,
];
