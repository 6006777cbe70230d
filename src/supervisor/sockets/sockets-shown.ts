import { natural } from '../../base/natural.ts';
import type { Addon } from '../../native/addon.ts';
import type { Report } from '../report.ts';
import type { Acceptors } from './acceptors.ts';
import { lastText } from './last.ts';
import type { Ports } from './ports.ts';
import type { Shelf } from './shelf.ts';
import type { Shelves } from './shelves.ts';

export type SocketsShownPorts = {
	readonly native: Pick<Addon, 'listenWaiting'>;
	readonly shelves: Pick<Shelves, 'all'>;
	readonly ports: Pick<Ports, 'rows'>;
	readonly acceptors: Pick<Acceptors, 'look'>;
};

/** What `Sockets` shows: sockets and ports by address, the numbers in it as such. */
export class SocketsShown {
	readonly #ports: SocketsShownPorts;

	constructor(ports: SocketsShownPorts) {
		this.#ports = ports;
	}

	async rows(): Promise<readonly Report[]> {
		const { acceptors, shelves, ports } = this.#ports;
		await acceptors.look();
		const sockets = [...shelves.all()].flatMap(([name, shelf]) => this.#of(name, shelf));
		return [...sockets, ...ports.rows()].sort(([one], [other]) => natural(String(one), String(other)));
	}

	#of(name: string, { sockets, holders }: Shelf): readonly Report[] {
		const isThere = (start: number) => [...holders].some(({ process }) => process?.start === start);
		return Array.from(sockets.values(), ({ address, text, fd, given, accepted }) => {
			const waiting = address.tag === 'udp' ? -1 : this.#ports.native.listenWaiting(fd);
			const last = lastText({ given: given.values(), accepted }, isThere);
			return [text, name, waiting < 0 ? '-' : waiting, last];
		});
	}
}
