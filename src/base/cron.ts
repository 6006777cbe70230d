import { Cron } from 'croner';
import { type Refusal, refuse } from './refusal.ts';
import { shown } from './shown.ts';

/** Why a text is no cron expression of five fields that ever comes; undefined if it is one. */
export function checkCron(text: string): Refusal | undefined {
	try {
		const first = new Cron(text, { timezone: 'UTC', mode: '5-part' }).nextRun();
		return first === null ? refuse(`${shown(text)} never comes`) : undefined;
	} catch (error) {
		return refuse(`${shown(text)}: ${(error as Error).message.replace(/^CronPattern: /, '')}`);
	}
}
