import { expect, test } from 'vitest';
import { launchFields } from '../../src/client/launch.ts';

test('arguments are one record, environment and options settings behind it', () => {
	expect(launchFields(['sh', '-c', 'echo "a, b"'], {})).toEqual(['sh,-c,"echo ""a, b"""']);
	const env = { A: 'ü', B: '', C: undefined, D: Uint8Array.of(0xff) };
	expect(launchFields(['true'], { env, name: 'web', ready: 'notify', user: undefined })).toEqual([
		'true',
		'A=\u00c3\u00bc',
		'B=',
		'D=\u00ff',
		'ARCHON_NAME=web',
		'ARCHON_READY=notify',
	]);
});

test('what cannot be said is a TypeError', () => {
	expect(() => launchFields([], {})).toThrow("['ls', '-l']");
	expect(() => launchFields('ls' as unknown as string[], {})).toThrow(TypeError);
	expect(() => launchFields(['ls'], { env: { '': 'x' } })).toThrow(TypeError);
	expect(() => launchFields(['ls'], { cwd: '/' } as object)).toThrow('there is no option cwd');
});
