// Watches the paths of its arguments and says, a line each, what it is told and what it complains of. As the user of WATCH_AS,
// which it becomes itself: that user may not be able to reach this program.
import { Disk } from '../../src/sources/files/disk.ts';
import { Watcher } from '../../src/sources/files/watcher.ts';

const user = Number(process.env['WATCH_AS']);
if (user > 0) {
	process.setgroups?.([]);
	process.setgid?.(user);
	process.setuid?.(user);
}

const say = (line: string) => process.stdout.write(`${line}\n`);
const complain = (reason: string) => say(`trouble: ${reason}`);
const watcher = new Watcher({
	disk: new Disk(complain),
	tell: (changes) => say(changes.map(({ what, path }) => `${what} ${path}`).join(', ')),
	complain,
	thorough: true,
});
await watcher.watch(process.argv.slice(2));
say('watching');
process.stdin.on('end', () => watcher.close()).resume();
