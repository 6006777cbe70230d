import { type Refusal, refuse } from '../base/refusal.ts';
import type { Condition, Test } from './condition.ts';

/** How long a path may be, bytes (PATH_MAX without its NUL). */
const longestPath = 4095;

/**
 * Why a path cannot be watched for `file.changed`: it has to be absolute and as short as it can be said, because events
 * carry it as it is written. Undefined: it can.
 */
export function pathMistake(path: string): Refusal | undefined {
	if (!path.startsWith('/')) {
		return refuse(`expected an absolute path, got "${path}": write it from / on`);
	}
	if (path.length > longestPath || path.includes('\0')) {
		return refuse(path.includes('\0') ? 'a path holds no NUL' : `a path has at most ${longestPath} bytes`);
	}
	const odd = path === '/' ? undefined : path.slice(1).split('/').find(isOdd);
	if (odd === undefined) {
		return undefined;
	}
	const what = odd === '' ? '// or a / at its end' : `"${odd}"`;
	return refuse(`"${path}" has ${what}, which no event carries: write the path without`);
}

/**
 * The paths and globs that a condition of `file.changed` names, which is what makes archon watch them. Only equality
 * names anything: a Lua pattern or a number says nothing of where to look.
 */
export function watchedPaths(when: Condition): readonly string[] {
	const { path } = when;
	return path === undefined ? [] : pathsIn(path);
}

function pathsIn(test: Test): readonly string[] {
	if (test.is === 'glob') {
		return [test.glob];
	}
	return test.is === 'any' ? test.of.flatMap(pathsIn) : [];
}

function isOdd(part: string): boolean {
	return part === '' || part === '.' || part === '..' || (part !== '**' && part.includes('**'));
}
