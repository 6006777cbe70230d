import {
	access as accessBack,
	close as closeBack,
	fstat as fstatBack,
	lstat as lstatBack,
	open as openBack,
	readdir as readdirBack,
	readFile as readFileBack,
	stat as statBack,
} from 'node:fs';
import { promisify } from 'node:util';
import { Asked } from '../base/asked.ts';

// As node:fs/promises has them, which takes 5 ms of each start to load: it brings readline and perf_hooks along.
export const access = promisify(accessBack);
export const stat = promisify(statBack);
export const lstat = promisify(lstatBack);
export const readdir = promisify(readdirBack);
export const open = promisify(openBack);
export const fstat = promisify(fstatBack);
export const readAll = promisify(readFileBack);
export const close = promisify(closeBack);

/** Files of a configuration that are being read. */
export const asked = new Asked();
