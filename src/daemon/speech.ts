import { type LogLevel, logLevels } from '../config/keys-daemon.ts';
import { oneLine } from '../config/mistake.ts';
import { Rest } from '../native/rest.ts';
import type { Ground } from './ground.ts';
import { isSaid, levelOf } from './log-level.ts';
import { report } from './report.ts';

/** Whether archond is to say something of that level. */
export type IsToBeSaid = (level: LogLevel) => boolean;

/** The level that the command line names goes before that of the configuration in force. */
export function heedLevel({ settings }: Ground, configured: () => LogLevel): IsToBeSaid {
	return (level) => isSaid(level, logLevels.find((it) => it === settings.logLevel?.value) ?? configured());
}

/** Says on standard error what happens, and that the journal cannot be written; and notes how far events have come. */
export function sayEvents({ native, bus, journal, ledger }: Ground, isToBeSaid: IsToBeSaid): void {
	const rest = new Rest({ native });
	let trouble: string | undefined;
	bus.follow((event) => {
		rest.stir();
		ledger.seq = event.seq;
		if (isToBeSaid(levelOf(event.type))) {
			report(oneLine([event.type, event.name, ...event.fields].join(' ')));
		}
		if (journal.trouble !== trouble) {
			trouble = journal.trouble;
			report(trouble === undefined ? 'the journal can be written again' : `events are lost: ${trouble}`);
		}
	});
}
