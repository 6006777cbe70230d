import { oneOf, text } from '../base/field.ts';
import { isRefusal, refuse } from '../base/refusal.ts';
import { shown } from '../base/shown.ts';
import { plainService } from '../service/defaults.ts';
import type { Service } from '../service/service.ts';
import { launchOf } from './launch-request.ts';
import { ok, request } from './request.ts';

const restartField = oneOf('always', 'on-failure', 'never');

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
		const own = ownOf(asked.archon);
		if (isRefusal(own)) {
			return own;
		}
		const { args: run, env, directory } = asked.launch;
		const describe = (name: string) => ({ ...plainService, ...own, name, run, env, directory });
		return (await context.shared.supervisor.startDaemon(run[0] ?? '', asked.name, describe)) ?? ok;
	},
});

/** The settings that act on archon instead of the process. */
function ownOf(archon: ReadonlyMap<string, string>): Partial<Service> | { refused: string } {
	const ready = archon.get('ARCHON_READY') ?? 'exec';
	if (ready !== 'exec') {
		return refuse(`ARCHON_READY=${shown(ready)} is not known yet: only exec is`);
	}
	if (archon.has('ARCHON_USER')) {
		return refuse('ARCHON_USER is not known yet: processes run as the user of the daemon');
	}
	const policy = archon.get('ARCHON_RESTART');
	if (policy === undefined) {
		return {};
	}
	const restart = restartField.read(policy);
	return isRefusal(restart) ? refuse(`ARCHON_RESTART: ${restart.refused}`) : { restart };
}
