import { type LogLevel, logLevels } from '../config/keys-daemon.ts';
import type { EventType } from '../events/event.ts';

/** Whether archond says something of a level on its standard error when it is to say so much. */
export function isSaid(level: LogLevel, most: LogLevel): boolean {
	return logLevels.indexOf(level) <= logLevels.indexOf(most);
}

/** From which level on archond says that something has happened: all of it is in the journal anyway. */
export function levelOf(type: EventType): LogLevel {
	switch (type) {
		case 'process.failed':
		case 'process.degraded':
		case 'group.failed':
		case 'rule.error':
			return 'warn';
		case 'process.recovered':
		case 'config.reloaded':
			return 'info';
		default:
			return 'debug';
	}
}
