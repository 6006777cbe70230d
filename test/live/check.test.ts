import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporary } from '../archon.ts';

const archond = fileURLToPath(new URL('../../bin/archond', import.meta.url));

function check(text: string, args = ['--check', 'a.toml'], env: NodeJS.ProcessEnv = {}) {
	const directory = temporary();
	writeFileSync(`${directory}/a.toml`, text);
	const { status, stdout, stderr } = spawnSync(archond, args, {
		cwd: directory,
		env: { PATH: process.env['PATH'], ...env },
		encoding: 'utf8',
	});
	return { status, stdout, stderr, left: readdirSync(directory) };
}

test('a file without mistakes: nothing is said and nothing done, exit code 0', () => {
	expect(check('[service.web]\nrun = ["web"]')).toEqual({
		status: 0,
		stdout: '',
		stderr: '',
		left: ['a.toml'],
	});
	expect(check('', ['--check=a.toml'])).toMatchObject({ status: 0, stderr: '' });
});

test('a log level that is none is wrong usage, though no daemon is started', () => {
	expect(check('', ['--log-level', 'loud', '--check', 'a.toml'])).toMatchObject({
		status: 2,
		stderr: 'archond: --log-level: "loud" is not one of error, warn, info, debug\n',
	});
	expect(check('', ['--log-level', 'warn', '--check', 'a.toml'])).toMatchObject({ status: 0, stderr: '' });
});

test('each mistake is a line on standard error, exit code 1', () => {
	const text = '[service.wéb]\n[service.web]\nrun = ["web"]\nrestrat = "always"\nafter = ["wbe", "web"]';
	expect(check(text.replace('wéb', '"wéb"'))).toMatchObject({
		status: 1,
		stdout: '',
		stderr: `a.toml:1: service."wéb": "wéb" is not a name: letters, digits and _.@-, 64 at most, the first a letter or a digit
a.toml:4: service.web.restrat: unknown key, did you mean "restart"?
a.toml:5: service.web.after: there is no service or group "wbe", did you mean "web"?
a.toml:5: service.web.after: a cycle of dependencies: web → web
`,
	});
});

test('users, groups and directories are asked of the system', () => {
	const text = '[service.web]\nrun = ["web"]\nuser = "no-such-one"\ngroup = "no-such-one"\ndirectory = "no"';
	const { status, stderr } = check(
		`${text}\n[service.db]\nrun = ["db"]\nuser = "root"\ngroup = "root"\ndirectory = "."`,
	);
	expect(status).toBe(1);
	expect(stderr.replace(/\/[^:]*\/no/, 'no')).toBe(`a.toml:3: service.web.user: there is no user "no-such-one"
a.toml:4: service.web.group: there is no group "no-such-one"
a.toml:5: service.web.directory: cannot enter no: no such file or directory
`);
});

test('a file that is not there, is no file, or was not named', () => {
	expect(check('', ['--check', 'b.toml'])).toMatchObject({
		status: 1,
		stderr: 'b.toml: cannot read: no such file or directory\n',
	});
	expect(check('', ['--check', '/'])).toMatchObject({ status: 1, stderr: '/: is no regular file\n' });
	expect(check('', ['--check'])).toMatchObject({ status: 2, stderr: 'archond: --check needs a value\n' });
});

test('without Node that is said', () => {
	expect(check('', undefined, { ARCHON_NODE: '/nonexistent/node' })).toMatchObject({
		status: 1,
		stderr: 'archond: cannot run ARCHON_NODE=/nonexistent/node: No such file or directory\n',
	});
	expect(check('', undefined, { ARCHON_NODE: '/' })).toMatchObject({
		status: 1,
		stderr: 'archond: cannot run /: Permission denied\n',
	});
});

test('a reader that goes early is no reason for more words', () => {
	const text = Array.from({ length: 5000 }, (_, index) => `${'k'.repeat(150)}${index} = 1`).join('\n');
	const directory = temporary();
	writeFileSync(`${directory}/a.toml`, text);
	const script = `{ "$0" --check a.toml 2>&1 >&3; echo $? >code; } 3>&1 | head -n 1`;
	const { stdout } = spawnSync('sh', ['-c', script, archond], { cwd: directory, encoding: 'utf8' });
	expect(stdout).toBe(`a.toml:1: ${'k'.repeat(150)}0: unknown key\n`);
	expect(readFileSync(`${directory}/code`, 'utf8')).toBe('1\n');
});

test('thousands of mistakes reach a pipe to the last one that is told', () => {
	const text = Array.from({ length: 5000 }, (_, index) => `key${index} = 1`).join('\n');
	expect(check(text).stderr.split('\n')).toHaveLength(1001);
});

/** With these rule files beside it; everybody may write `open`. */
function checkRules(
	rules: Readonly<Record<string, string>>,
	more: readonly string[] = [],
	env = {},
	open?: string,
) {
	const directory = temporary();
	writeFileSync(`${directory}/a.toml`, '');
	mkdirSync(`${directory}/rules`);
	for (const [name, text] of Object.entries(rules)) {
		writeFileSync(`${directory}/rules/${name}`, text);
	}
	if (open !== undefined) {
		chmodSync(`${directory}/rules/${open}`, 0o666);
	}
	const { status, stderr } = spawnSync(archond, ['--check', 'a.toml', ...more], {
		cwd: directory,
		env: { PATH: process.env['PATH'], ...env },
		encoding: 'utf8',
	});
	return { status, stderr: stderr.replaceAll(`${directory}/`, '') };
}

const rule = (title: string) => `rule "${title}" { on = "process.failed", act = restart {} }\n`;

test('the rules beside a configuration are checked too', () => {
	expect(checkRules({ 'a.lua': rule('one'), 'b.lua': '' })).toEqual({ status: 0, stderr: '' });
	const { status, stderr } = checkRules({ 'a.lua': rule('one'), 'b.lua': `${rule('two')}\nrul "three" {}` });
	expect(status).toBe(1);
	expect(stderr).toMatch(/^rules\/b\.lua:3: .*\n$/);
});

test('a rule file that others can write is a mistake', () => {
	const { status, stderr } = checkRules({ 'a.lua': rule('one'), 'b.lua': rule('two') }, [], {}, 'b.lua');
	expect(status).toBe(1);
	expect(stderr).toMatch(/^rules\/b\.lua: others than .* mode 0666\): chmod go-w .*rules\/b\.lua\n$/);
});

test('rules that are elsewhere are named by --rules or ARCHON_RULES', () => {
	const broken = { 'a.lua': 'broken' };
	expect(checkRules(broken, ['--rules', 'none'])).toEqual({
		status: 1,
		stderr: 'none: cannot read: no such file or directory\n',
	});
	expect(checkRules(broken, [], { ARCHON_RULES: 'rules' }).stderr).toMatch(/^rules\/a\.lua:1: /);
});

test('a rule file that never ends is a mistake of that file alone', () => {
	const { status, stderr } = checkRules({ 'a.lua': 'while true do end', 'b.lua': rule('b') });
	expect(status).toBe(1);
	expect(stderr).toMatch(/^rules\/a\.lua(:1)?: .*\n$/);
});
