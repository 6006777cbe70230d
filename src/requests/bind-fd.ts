import type { Field } from '../base/field.ts';
import { flag } from '../base/field.ts';
import { isRefusal, refuse } from '../base/refusal.ts';
import { shown } from '../base/shown.ts';
import { parseAddress } from '../service/address.ts';
import { request } from './request.ts';

const address: Field<string> = {
	what: 'address',
	read(given) {
		const read = parseAddress(given);
		return read === undefined
			? refuse(`${shown(given)} is no address; write tcp:HOST:PORT, udp:HOST:PORT or unix:PATH`)
			: isRefusal(read)
				? read
				: given;
	},
	write: (value) => value,
};

/** Who may ask is found out from the process itself: it is its service's, or a rule allows it. */
export const bindFd = request({
	name: 'BindFD',
	summary:
		'Get the socket that archon keeps at an address for the service of the process that asks; it comes along with the Ok.',
	needs: 'anyone',
	onlyAsks: false,
	args: { address, v6only: flag('v6only') },
	handle({ address: text, v6only }, context) {
		const wanted = parseAddress(text, v6only);
		return wanted === undefined || isRefusal(wanted)
			? (wanted ?? refuse('no address'))
			: context.shared.broker.bind(wanted, context.asker(), context.peer);
	},
});
