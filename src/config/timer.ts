import { checkCron } from '../base/cron.ts';
import { type Reader, word } from './reader.ts';

/** A cron expression of five fields, minute hour day month weekday. */
export const cron: Reader<string> = word(
	'a cron expression of five fields ("0 3 * * *")',
	(given) => checkCron(given) ?? given,
	(value) => value,
);

/** A time zone as the system's database has it. */
export const timezone: Reader<string> = word(
	'a time zone ("Europe/Lisbon", "UTC")',
	(given) => {
		try {
			new Intl.DateTimeFormat('en', { timeZone: given });
			return given;
		} catch {
			return undefined;
		}
	},
	(value) => value,
);
