import { rowReply } from '../protocol/reply.ts';
import { request } from './request.ts';

export const rules = request({
	name: 'Rules',
	summary: 'Show the rules in force, how often and when each has fired, and its latest error.',
	needs: 'observe',
	args: {},
	columns: ['file', 'rule', 'on', 'fired', 'last', 'error'],
	mayLack: ['file', 'rule', 'on', 'last'],
	async handle(_, { shared }) {
		const rows = await shared.rules.rows();
		return {
			tag: 'rows',
			lines: rows.map(({ file, rule, on, fired, last, error }) =>
				rowReply([file, rule, on, fired, last, error]),
			),
		};
	},
});
