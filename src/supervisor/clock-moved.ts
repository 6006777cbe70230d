import type { Addon } from '../native/addon.ts';
import { epoll, type Poller } from '../native/poller.ts';

type ClockPorts = { readonly native: Pick<Addon, 'clockWatch' | 'eventfdRead'>; readonly poller: Poller };

/**
 * Calls back whenever the wall clock was set. Where the system cannot say so, a cron expression is late by as much as the
 * clock was set forward.
 */
export function onClockMoved({ native, poller }: ClockPorts, moved: () => void): void {
	const fd = native.clockWatch();
	if (fd >= 0) {
		poller.watch(fd, epoll.in, () => {
			native.eventfdRead(fd);
			moved();
		});
	}
}
