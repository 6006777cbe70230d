import { allocatePort } from './allocate-port.ts';
import { bindFd } from './bind-fd.ts';
import { config } from './config.ts';
import { depend } from './depend.ts';
import { events } from './events.ts';
import { halt } from './halt.ts';
import { help } from './help.ts';
import { impact } from './impact.ts';
import { logs } from './logs.ts';
import { monitorFd } from './monitor-fd.ts';
import { monitorPid } from './monitor-pid.ts';
import { pause } from './pause.ts';
import { ping } from './ping.ts';
import { powerOff } from './power-off.ts';
import { reboot } from './reboot.ts';
import { refresh } from './refresh.ts';
import { releasePort } from './release-port.ts';
import { reload } from './reload.ts';
import { remove } from './remove.ts';
import type { Request } from './request.ts';
import { restart } from './restart.ts';
import { resume } from './resume.ts';
import { rules } from './rules.ts';
import { run } from './run.ts';
import { save } from './save.ts';
import { shutdown } from './shutdown.ts';
import { signal } from './signal.ts';
import { sockets } from './sockets.ts';
import { start } from './start.ts';
import { startDaemon } from './start-daemon.ts';
import { status } from './status.ts';
import { stop } from './stop.ts';
import { subscribe } from './subscribe.ts';
import { tree } from './tree.ts';
import { undepend } from './undepend.ts';
import { upgrade } from './upgrade.ts';
import { usage } from './usage.ts';
import { version } from './version.ts';
import { wait } from './wait.ts';
import { why } from './why.ts';

/** Every request there is, in the order of the manual. */
export const requests: readonly Request[] = [
	run,
	startDaemon,
	monitorFd,
	monitorPid,
	start,
	stop,
	restart,
	refresh,
	signal,
	pause,
	resume,
	wait,
	remove,
	depend,
	undepend,
	impact,
	config,
	reload,
	status,
	usage,
	tree,
	sockets,
	bindFd,
	allocatePort,
	releasePort,
	why,
	save,
	logs,
	rules,
	events,
	subscribe,
	ping,
	version,
	help,
	upgrade,
	shutdown,
	reboot,
	powerOff,
	halt,
];
