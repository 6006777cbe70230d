import { text } from '../base/field.ts';
import { isRefusal, type Refusal } from '../base/refusal.ts';
import { boundedError } from '../protocol/reply.ts';
import { knownOf, launchOf } from './launch-request.ts';
import { request } from './request.ts';

export const run = request({
	name: 'Run',
	summary: 'Run a program (Run,"ls,-l") and reply with its exit code when it has ended.',
	needs: 'operate',
	args: { args: text },
	rest: '[,<key=value>...]',
	fds: [0, 3, 4],
	handle({ args }, context, rest) {
		const asked = launchOf('Run', args, rest, context);
		if (isRefusal(asked)) {
			return asked;
		}
		const { launch, name } = asked;
		const { programs } = context.shared.supervisor;
		const known = knownOf('Run', [args, ...rest], asked, context);
		if (isRefusal(known) || known?.tag === 'again') {
			programs.drop(launch);
			return isRefusal(known) ? known : known.reply.then((reply) => ({ tag: 'said', reply }));
		}
		const request = known?.request ?? context.asked?.number ?? 0;
		const { keys } = context.shared;
		const settled = (refused: Refusal | undefined) => {
			if (refused !== undefined) {
				keys.settle(request, boundedError(refused.refused));
			}
			return refused;
		};
		return {
			tag: 'kept',
			begin: (conn, done, taken) =>
				settled(
					programs.run(launch, name, { conn, request }, { done: (refused) => done(settled(refused)), taken }),
				),
			cancel() {
				programs.drop(launch);
				keys.drop(request);
			},
		};
	},
	resume(_, context, { number }) {
		const begin = context.shared.supervisor.programs.resumeRun(number);
		return (
			begin && { tag: 'kept', begin: (conn, done, taken) => void begin(conn, { done, taken }), cancel() {} }
		);
	},
});
