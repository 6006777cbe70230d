import { flag } from '../base/field.ts';
import { isRefusal } from '../base/refusal.ts';
import { rowReply } from '../protocol/reply.ts';
import { request } from './request.ts';

export const reload = request({
	name: 'Reload',
	summary:
		'Read the configuration again and touch only what changed; with dry-run only say what that would be.',
	needs: 'operate',
	args: { dryRun: flag('dry-run') },
	columns: ['action', 'name', 'detail'],
	async handle({ dryRun }, { shared: { configuration } }) {
		const plan = await configuration.reload(dryRun === true);
		return isRefusal(plan)
			? plan
			: { tag: 'rows', lines: plan.map(({ action, name, detail }) => rowReply([action, name, detail])) };
	},
});
