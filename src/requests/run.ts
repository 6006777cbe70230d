import { text } from '../base/field.ts';
import { isRefusal } from '../base/refusal.ts';
import { launchOf } from './launch-request.ts';
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
		const { supervisor } = context.shared;
		const request = context.asked?.number ?? 0;
		return {
			tag: 'kept',
			begin: (conn, done) => supervisor.run(launch, name, { conn, request }, done),
			cancel: () => supervisor.drop(launch),
		};
	},
	resume(_, context, { number }) {
		const begin = context.shared.supervisor.resumeRun(number);
		return begin && { tag: 'kept', begin: (conn, done) => void begin(conn, done), cancel() {} };
	},
});
