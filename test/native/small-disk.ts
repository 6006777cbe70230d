import { readdirSync, statSync } from 'node:fs';
import { native } from '../../src/native/index.ts';

/** As if the disk of a folder had so many bytes: what takes room ahead there, how often that was asked, and what a file has. */
export function smallDisk(folder: string, size: number) {
	const room = (name: string) => statSync(`${folder}/${name}`).blocks * 512;
	const disk = {
		size,
		asked: 0,
		room,
		preallocate: (fd: number, from: number, bytes: number) => {
			disk.asked++;
			const used = readdirSync(folder).reduce((sum, name) => sum + room(name), 0);
			return used + bytes > disk.size ? -28 : native.preallocate(fd, from, bytes);
		},
	};
	return disk;
}
