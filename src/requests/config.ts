import { rowReply } from '../protocol/reply.ts';
import { request } from './request.ts';

export const config = request({
	name: 'Config',
	summary: 'Show the configuration in force, each value with where it comes from.',
	needs: 'observe',
	args: {},
	columns: ['key', 'value', 'source'],
	handle: (_, { shared: { configuration } }) => ({ tag: 'rows', lines: linesOf(configuration.rows()) }),
});

type Row = { readonly key: string; readonly value: string; readonly source: string };

function* linesOf(rows: Iterable<Row>): Generator<string> {
	for (const { key, value, source } of rows) {
		yield rowReply([key, value, source]);
	}
}
