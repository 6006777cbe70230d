// npm's install script: builds addon, programs and bundle when anything they are made of changed.
import { bundle, bundled } from './bundle.mjs';
import { buildNative, native } from './native.mjs';
import { missingForBuild, stopIfMissing } from './need.mjs';
import { isFresh, stamped } from './stamp.mjs';

if (!isFresh(native)) {
	stopIfMissing(missingForBuild());
	console.log('archon: building the native part');
	await stamped(native, buildNative).catch(failed);
}
if (!isFresh(bundled)) await stamped(bundled, bundle).catch(failed);

function failed(error) {
	console.error(`archon could not be built: ${error.message}`);
	process.exitCode = 1;
}
