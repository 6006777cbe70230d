import { installed, type Peer, scanDirectory } from './peer.ts';

const bin = installed('runit/usr/bin');
const program = installed('runit/usr/bin/runsvdir');

/** runsvdir with a runsv for each service, which it starts again at once when it had run for more than a second. */
export const runit: Peer = runitWith('runit', 'program');

/** With `run` scripts as its manual has them. */
export const runitOfScripts: Peer = runitWith('runit, sh', 'script');

function runitWith(name: string, run: 'program' | 'script'): Peer {
	return {
		name,
		program,
		prepare: async (place) => ({
			argv: [program, await scanDirectory(place, run)],
			env: { PATH: `${bin}:/usr/bin:/bin`, STAMPS: place.stamps },
			stop: 'HUP',
		}),
	};
}
