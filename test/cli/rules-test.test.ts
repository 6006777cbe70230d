import { chmodSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { temporary } from '../archon.ts';
import { ctl, type Options } from './archonctl.ts';

const nobody = '/nonexistent/socket';
const answer = `IFS= read -r asked <&3; printf '%s\\n' Columns,rule,action 'Row,a\\u{1b},restart web' Ok >&3; read -r _ <&3`;

/** archonctl with a shell script in place of Node: `$1` is the bundle, descriptor 3 the socket. */
async function rulesTest(script: string, args: readonly string[], env: Options['env'] = {}) {
	const node = `${temporary()}/node`;
	writeFileSync(node, `#!/bin/sh\n${script}\n`);
	chmodSync(node, 0o755);
	const all = { ...env, ARCHON_NODE: node };
	return await ctl(['rules', 'test', ...args], { socket: nobody, env: all });
}

test('Node is given the bundle, the socket of the daemon and the request, and nothing of the environment that is not its own', async () => {
	const script = `${answer}; echo "$1"; shift; echo "$@"; echo "$asked"; env | sed 's/=.*//' | sort | tr '\\n' ' '`;
	const { code, stdout, stderr } = await rulesTest(script, ['my rules.lua', '--since', '1h'], {
		NODE_OPTIONS: '--bad',
		TZ: 'UTC',
	});
	expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
	const [, , bundle, rest, asked, variables] = stdout.split('\n');
	expect(bundle).toMatch(/\/dist\/rules-test\.cjs$/);
	expect(rest).toBe(`${nobody} text`);
	expect(asked).toBe('RulesTest,my rules.lua,since=1h');
	expect(variables?.trim().split(' ')).toEqual(['LANG', 'PATH', 'PWD', 'TZ']);
});

test('what it answers is shown as that of a daemon is, and what it says then comes behind', async () => {
	const { stdout } = await rulesTest(`${answer}; echo summary`, ['a.lua']);
	expect(stdout).toBe('rule     action\na\\u{1b}  restart web\nsummary\n');
});

test('with --json it is one array of objects, and Node is told', async () => {
	const { stdout } = await rulesTest(`${answer}; [ "$3" = json ] || echo summary`, ['a.lua', '--json']);
	expect(JSON.parse(stdout)).toEqual([{ rule: 'a\u001b', action: 'restart web' }]);
});

test('an Error is told and is exit code 1; another code of Node is the exit code', async () => {
	const refuses = `IFS= read -r _ <&3; echo 'Error,no such thing' >&3`;
	expect(await rulesTest(refuses, ['a.lua'])).toEqual({
		code: 1,
		stdout: '',
		stderr: 'archonctl: no such thing\n',
	});
	expect(await rulesTest(`${refuses}; exit 3`, ['a.lua'])).toMatchObject({ code: 3 });
	expect(await rulesTest(`${answer}; exit 1`, ['a.lua'])).toMatchObject({ code: 1 });
	expect(await rulesTest(`${answer}; kill -9 $$`, ['a.lua'])).toMatchObject({ code: 1 });
});

test('a Node that cannot be run is named', async () => {
	const env = { ARCHON_NODE: '/nonexistent/node' };
	expect(await ctl(['rules', 'test', 'a.lua'], { socket: nobody, env })).toEqual({
		code: 1,
		stdout: '',
		stderr: 'archonctl: cannot run ARCHON_NODE=/nonexistent/node: No such file or directory\n',
	});
});
