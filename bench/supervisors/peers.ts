import { existsSync } from 'node:fs';
import type { Peer } from './peer.ts';
import { pm2 } from './pm2.ts';
import { runit, runitOfScripts } from './runit.ts';
import { s6 } from './s6.ts';
import { supervisord } from './supervisord.ts';

/** Those that bench/install.sh has installed. */
export function peers(): readonly Peer[] {
	return [s6, runit, runitOfScripts, supervisord, pm2].filter(({ program }) => existsSync(program));
}
