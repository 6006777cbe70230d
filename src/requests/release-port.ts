import type { Field } from '../base/field.ts';
import { refuse } from '../base/refusal.ts';
import { shown } from '../base/shown.ts';
import { ok, request } from './request.ts';

const port: Field<number> = {
	what: 'port',
	read: (given) =>
		/^[1-9][0-9]{0,4}$/.test(given) && Number(given) <= 65_535
			? Number(given)
			: refuse(`${shown(given)} is no port; write a number from 1 to 65535`),
	write: String,
};

export const releasePort = request({
	name: 'ReleasePort',
	summary: 'Give back a port that AllocatePort has chosen.',
	needs: 'operate',
	args: { port },
	handle: ({ port: which }, { shared: { ports } }) => ports.release(which) ?? ok,
});
