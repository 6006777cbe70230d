import type { Frame } from '../protocol/frame.ts';

/** Why a frame cannot be handled as a request: it is bad, too long, or its descriptors were lost. */
export function badBecause(frame: Frame): string {
	switch (frame.tag) {
		case 'bad':
			return frame.why;
		case 'long':
			return 'the record is longer than 1 MiB: the connection is closed';
		case 'record':
			return 'more descriptors came along than can be taken: they were closed';
	}
}
