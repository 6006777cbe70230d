import { text } from '../base/field.ts';
import { isRefusal, type Refusal } from '../base/refusal.ts';
import { boundedError, okReply } from '../protocol/reply.ts';
import { knownOf, launchOf } from './launch-request.ts';
import { ok, request } from './request.ts';

export const startDaemon = request({
	name: 'StartDaemon',
	summary:
		'Start a program (StartDaemon,"redis-server,--port,6390") and keep it running; replies once it runs.',
	needs: 'operate',
	args: { args: text },
	rest: '[,<key=value>...]',
	async handle({ args }, context, rest) {
		const asked = launchOf('StartDaemon', args, rest, context);
		if (isRefusal(asked)) {
			return asked;
		}
		const { args: run, env } = asked.launch;
		const own = {
			args: run,
			env,
			directory: asked.archon.get('ARCHON_DIRECTORY'),
			restart: asked.archon.get('ARCHON_RESTART'),
			user: asked.archon.get('ARCHON_USER'),
			ready: asked.archon.get('ARCHON_READY'),
		};
		const known = knownOf('StartDaemon', [args, ...rest], asked, context);
		if (isRefusal(known)) {
			return known;
		}
		if (known?.tag === 'again') {
			return { tag: 'said', reply: await known.reply };
		}
		const { supervisor, configuration, keys } = context.shared;
		const describe = (name: string) => configuration.describe({ name, ...own });
		const number = known?.request ?? context.asked?.number;
		const refused = await supervisor.programs.startDaemon(run[0] ?? '', asked.name, describe, number);
		if (number !== undefined) {
			keys.settle(number, replyTo(refused));
		}
		return refused ?? ok;
	},
	resume: (_, { shared }, { number }) =>
		shared.supervisor.programs.resumeStartDaemon(number)?.then((verdict) => {
			shared.keys.settle(number, replyTo(verdict));
			return isRefusal(verdict) ? verdict : ok;
		}),
});

/** As it is written down for those who ask again. */
export function replyTo(verdict: 'done' | Refusal | undefined): string {
	return isRefusal(verdict) ? boundedError(verdict.refused) : okReply;
}
