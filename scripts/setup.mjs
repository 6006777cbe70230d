// What every npm script of this project runs first: makes a fresh clone, or one that changed,
// ready, and does nothing when it is. Runs on any Node from 20 and without node_modules.
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { bundled } from './bundle.mjs';
import { isInstalled } from './installed.mjs';
import { native } from './native.mjs';
import { missingForBuild, missingForNode, stopIfMissing } from './need.mjs';
import { root } from './root.mjs';
import { visibly } from './run.mjs';
import { isFresh } from './stamp.mjs';

const isReady = () => isInstalled() && isFresh(native) && isFresh(bundled);

stopIfMissing(missingForNode());
if (!isReady()) {
	stopIfMissing(isInstalled() && isFresh(native) ? [] : missingForBuild());
	const unlock = await lock();
	process.exitCode = (await install()) || (await build());
	unlock();
}

function install() {
	if (isInstalled()) return 0;
	console.log('archon: installing what package-lock.json names');
	return visibly('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}

// npm has run the build already unless it was told to run no scripts.
function build() {
	return isReady() ? 0 : visibly(process.execPath, ['scripts/build.mjs']);
}

// Two terminals may set up the same clone at once. The lock is a socket in Linux' abstract
// namespace: it is gone with its process, whatever ends it.
async function lock() {
	const path = `\0archon-setup-${createHash('sha1').update(root).digest('hex')}`;
	for (;;) {
		const server = createServer();
		const failure = await new Promise((resolve) => {
			server.once('error', (error) => resolve(error.code)).listen(path, () => resolve(''));
		});
		if (failure !== 'EADDRINUSE') return () => server.close();
		await new Promise((resolve) => setTimeout(resolve, 200));
	}
}
