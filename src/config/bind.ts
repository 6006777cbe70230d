import { shown } from '../base/shown.ts';
import { kindOf } from './node.ts';
import { expectedOf, type Reader } from './reader.ts';

/** How the programs of a service get what they bind: the kernel stops bind(2) for archon where that is Linux's. */
export function bind(platform: NodeJS.Platform = process.platform): Reader<boolean | 'seccomp'> {
	const self: Reader<boolean | 'seccomp'> = {
		expected: 'true, false or "seccomp"',
		read({ line, value }, at) {
			if (value === 'seccomp' && platform !== 'linux') {
				return at.wrong(line, '"seccomp" is for Linux alone; here there is bind = true');
			}
			return typeof value === 'boolean' || value === 'seccomp'
				? value
				: at.wrong(line, expectedOf(self, typeof value === 'string' ? shown(value) : kindOf(value)));
		},
		write: (value) => value,
	};
	return self;
}
