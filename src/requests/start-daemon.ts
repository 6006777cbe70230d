import { text } from '../base/field.ts';
import { isRefusal } from '../base/refusal.ts';
import { launchOf } from './launch-request.ts';
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
		const { supervisor, configuration } = context.shared;
		const describe = (name: string) => configuration.describe({ name, ...own });
		return (await supervisor.startDaemon(run[0] ?? '', asked.name, describe, context.asked?.number)) ?? ok;
	},
	resume: (_, context, { number }) =>
		context.shared.supervisor
			.resumeStartDaemon(number)
			?.then((verdict) => (verdict === 'done' ? ok : verdict)),
});
