import { installed, type Peer, scanDirectory } from './peer.ts';

const bin = installed('s6/usr/bin');
const program = installed('s6/usr/bin/s6-svscan');

/** s6-svscan with a pair of pipes and an s6-supervise for each service; waits 1 s before it starts one again. */
export const s6: Peer = {
	name: 's6',
	program,
	prepare: async (place) => ({
		argv: [program, '-c', `${place.count + 1}`, await scanDirectory(place, 'program')],
		env: {
			PATH: `${bin}:/usr/bin:/bin`,
			LD_LIBRARY_PATH: installed('s6/usr/lib/x86_64-linux-gnu'),
			STAMPS: place.stamps,
		},
		stop: 'TERM',
	}),
};
