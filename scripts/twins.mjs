// Every source file has a test of the same name, and every test its source: src/a/b.ts and
// test/a/b.test.ts, native/core/c.c (or c_linux.c) and native/test/c.c. Prints what is alone.
// A file that exports nothing but types has nothing to test.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

// Sources without a twin, each with the reason why it needs none.
const excused = {
	'src/daemon.ts': 'puts the parts together: every test in test/session runs it',
	'src/daemon/beside.ts': 'test/live/upgrade.test.ts',
	'src/daemon/coming-up.ts': 'a part of each start: every test in test/session runs it',
	'src/daemon/endings.ts':
		'test/session/shutdown.test.ts, test/live/upgrade.test.ts and shutdown-crash.test.ts',
	'src/daemon/ground.ts': 'a part of each start: every test in test/session runs it',
	'src/daemon/recalling.ts': 'test/live/lives-on.test.ts',
	'src/daemon/report.ts': 'what archond says on its standard error: test/session reads it',
	'src/daemon/rules-known.ts': 'test/policy/begun-runs.test.ts',
	'src/daemon/services-of.ts': 'test/session/reload.test.ts',
	'src/daemon/serving.ts': 'puts together what every test in test/session asks',
	'src/daemon/signals.ts': 'test/session/shutdown.test.ts',
	'src/daemon/speech.ts': 'test/daemon/log-level.test.ts',
	'src/daemon/take-over.ts': 'test/live/upgrade.test.ts',
	'src/version.ts': 'the version of package.json',
	'src/client/said.ts': 'generated: test/client/event.test.ts reads some of it',
	'src/client/requests.ts': 'generated: test/live/client/archon.test.ts asks some of them',
	'src/native/index.ts': 'opens the addon: every test in test/session needs it',
	'src/policy/check-rules.ts': 'test/live/check.test.ts',
	'src/policy/rule-files.ts': 'test/policy/folder.test.ts',
	'src/rules/host.ts':
		'threads that share files: test/rules/threads.test.ts and live/rules/threads-lost.test.ts',
	'src/rules/program.ts': 'a path: every test in test/live/rules needs it',
	'src/rules/resident.ts': 'one sentence: test/live/rules/threads-lost.test.ts',
	'src/rules/rooms.ts': 'who lives where: test/rules/threads.test.ts and live/rules/threads-lost.test.ts',
	'src/rules/running.ts': 'one thread and what it owes: test/rules/threads.test.ts',
	'src/rules/worker.ts': 'one thread: test/rules/threads.test.ts',
	'src/sources/files/lookup.ts': 'where to look for a path: test/sources/files/watcher.test.ts',
	'src/supervisor/clock-moved.ts': 'test/live/timers.test.ts',
	'src/supervisor/followers.ts': 'one list of who hears: every test in test/live/supervisor',
	'src/supervisor/keepsakes-of.ts': 'test/live/lives-on.test.ts and keeper-lost.test.ts',
	'src/supervisor/order-parts.ts': 'a part of assemble.ts',
	'src/supervisor/sockets/shelf.ts': 'one name: test/live/supervisor/sockets/broker.test.ts',
	'src/supervisor/sockets/shelves.ts': 'test/live/supervisor/sockets/sockets.test.ts',
	'src/supervisor/sockets/sockets-shown.ts': 'test/live/supervisor/sockets/acceptors.test.ts',
	'src/supervisor/sockets/socket-parts.ts': 'a part of assemble.ts',
	'src/supervisor/swapping.ts': 'test/live/overlap-orders.test.ts and overlap-crash.test.ts',
	'src/supervisor/book/keepsakes.ts': 'test/live/keeper-lost.test.ts',
	'src/supervisor/adopting.ts': 'test/live/supervisor/recover.test.ts',
	'src/supervisor/book/page.ts': 'test/supervisor/book/restore.test.ts',
	'src/rules/thread.ts': 'one constant: test/rules/lua/main.test.ts',
	'src/rules/lua/lua.ts': 'the door to fengari: every test in test/rules/lua',
	'src/rules/lua/before-fengari.ts': 'the depth of calls: test/rules/lua/sandbox.test.ts',
	'src/rules/lua/limits.ts': 'numbers, each tested where it counts',
	'src/supervisor/sockets/binder-start.ts': 'test/live/supervisor/sockets/binders.test.ts',
	'src/supervisor/configuration.ts': 'test/session/config.test.ts and reload.test.ts',
	'src/supervisor/overlaps.ts': 'test/live/overlap-orders.test.ts and overlap-crash.test.ts',
	'src/supervisor/services.ts': 'test/session/reload.test.ts',
	'src/supervisor/runs.ts': 'test/session/run.test.ts',
	'src/server/answering.ts': 'test/live/server/session.test.ts',
	'native/core/errno_text.c': 'native/test/small.c',
	'native/core/fifo.c': 'native/test/small.c',
	'native/core/ledger_map.c': 'native/test/small.c',
	'native/core/peer_linux.c': 'native/test/small.c',
	'native/core/peer_freebsd.c': 'native/test/small.c',
	'native/core/wake.c': 'native/test/small.c',
	'native/core/peek_linux.c': 'native/test/fdpass.c',
	'native/core/peek_freebsd.c': 'native/test/fdpass.c',
	'native/core/arrivals_tcp_linux.c': 'native/test/arrivals.c',
	'native/core/arrivals_unix_linux.c': 'native/test/arrivals.c',
	'native/core/diag_linux.c': 'native/test/arrivals.c and tcp_listeners.c',
	'native/core/handover_linux.c': 'a part of each start: native/test/spawn.c and late.c',
	'native/core/job.c': 'a part of each start: native/test/spawn.c',
	'native/core/spawn_clone_linux.c': 'a part of each start: native/test/spawn.c and clone.c',
	'native/core/spawn_child_linux.c': 'a part of each start: native/test/spawn.c',
	'native/core/spawn_child_freebsd.c': 'a part of each start: native/test/spawn.c',
	'native/core/tree_freebsd.c': 'nothing calls it yet: scripts/check-freebsd.mjs compiles it',
};
// A request is tested by asking it of a daemon: test/session.
const excusedFolder = 'src/requests/';
// Tests of what is no file in src: whole programs (test/cli: archonctl, which is C) and the toolchain.
const ownTests = ['session', 'live', 'cli', 'toolchain'];

const alone = [...sourcesAlone(), ...testsAlone(), ...nativeAlone(), ...excusedForNothing()];
for (const line of alone) console.log(line);
process.exitCode = alone.length > 0 ? 1 : 0;

function sourcesAlone() {
	return list('src', '.ts')
		.filter((path) => !(path in excused) && !path.startsWith(excusedFolder) && exportsCode(path))
		.map((path) => [path, path.replace(/^src/, 'test').replace(/\.ts$/, '.test.ts')])
		.filter(([, test]) => !exists(test) && !exists(live(test)))
		.map(([path, test]) => `${path} has neither ${test} nor ${live(test)}`);
}

// What only makes sense with real processes is tested with them.
function live(test) {
	return test.replace(/^test/, 'test/live');
}

function testsAlone() {
	return list('test', '.test.ts')
		.filter((path) => !ownTests.includes(path.split('/')[1]))
		.map((path) => [path, path.replace(/^test/, 'src').replace(/\.test\.ts$/, '.ts')])
		.filter(([, source]) => !exists(source))
		.map(([path, source]) => `${path} has no ${source}`);
}

function nativeAlone() {
	return list('native/core', '.c')
		.filter((path) => !(path in excused))
		.map((path) => [path, nativeTwin(path)])
		.filter(([, test]) => !exists(test))
		.map(([path, test]) => `${path} has no ${test}`);
}

function excusedForNothing() {
	const twins = Object.keys(excused).map((path) => [path, nativeTwin(path)]);
	return twins
		.filter(([path, test]) => !exists(path) || (test !== path && exists(test)))
		.map(([path]) => `${path} needs no excuse in scripts/twins.mjs`);
}

function nativeTwin(path) {
	return path.replace('native/core', 'native/test').replace(/_(linux|freebsd)\.c$/, '.c');
}

function exportsCode(path) {
	return /^export (?!type\b|interface\b)/m.test(readFileSync(join(root, path), 'utf8'));
}

function list(folder, ending) {
	const paths = readdirSync(join(root, folder), { recursive: true }).map((name) => `${folder}/${name}`);
	return paths.filter((path) => path.endsWith(ending)).sort();
}

function exists(path) {
	return existsSync(join(root, path));
}
