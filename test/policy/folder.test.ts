import {
	chmodSync,
	linkSync,
	mkdirSync,
	renameSync,
	rmSync,
	symlinkSync,
	unlinkSync,
	writeFileSync,
} from 'node:fs';
import { expect, test } from 'vitest';
import { largestRuleFile, mostRuleFiles } from '../../src/policy/rule-files.ts';
import { scratch, write } from '../sources/files/scratch.ts';
import { KeptInMemory, rulesFolder } from './folders.ts';

test('what is there is in force once it has started, in the order of the names', async () => {
	const at = scratch();
	write(`${at}/b.lua`, 'rule b\nrule c');
	write(`${at}/a.lua`, 'rule a');
	const { folder, puts, kept, errors } = rulesFolder(at);
	await folder.start();
	expect(await puts.next()).toBe('a,b,c / a.lua,b.lua');
	expect(kept.source('b.lua')).toBe('rule b\nrule c');
	expect(errors.isEmpty).toBe(true);
});

test('a change is in force soon after; only what changed is loaded', async () => {
	const at = scratch();
	write(`${at}/a.lua`, 'rule a');
	write(`${at}/b.lua`, 'rule b');
	const { folder, puts, lua } = rulesFolder(at);
	await folder.start();
	await puts.next();
	write(`${at}/a.lua`, 'rule a\nrule more');
	expect(await puts.next()).toBe('a,more,b / a.lua');
	write(`${at}/.new`, 'rule c');
	renameSync(`${at}/.new`, `${at}/c.lua`);
	expect(await puts.next()).toBe('a,more,b,c / c.lua');
	unlinkSync(`${at}/a.lua`);
	expect(await puts.next()).toBe('b,c / ');
	expect(lua.loads).toBe(4);
	expect([...lua.loaded.keys()]).toEqual(['b.lua', 'c.lua']);
});

test('whoever asks before a look begins is served by that one, whoever asks later by the next', async () => {
	const at = scratch();
	const { folder, puts } = rulesFolder(at);
	await folder.start();
	write(`${at}/a.lua`, 'rule a');
	const look = folder.refresh();
	expect(folder.refresh()).toBe(look);
	await Promise.resolve();
	const next = folder.refresh();
	expect(next).not.toBe(look);
	expect(folder.refresh()).toBe(next);
	await next;
	expect(await puts.next()).toBe('a / a.lua');
});

test('a folder that appears later, is removed and made again', async () => {
	const at = scratch();
	const { folder, puts, kept } = rulesFolder(`${at}/etc/archon/rules`);
	await folder.start();
	write(`${at}/etc/archon/rules/a.lua`, 'rule a');
	expect(await puts.next()).toBe('a / a.lua');
	rmSync(`${at}/etc`, { recursive: true });
	expect(await puts.next()).toBe(' / ');
	expect([...kept.files()]).toEqual([]);
	write(`${at}/etc/archon/rules/b.lua`, 'rule b');
	expect(await puts.next()).toBe('b / b.lua');
});

test('a broken file is told once, and as it was it stays', async () => {
	const at = scratch();
	write(`${at}/a.lua`, 'rule a');
	const { folder, puts, errors, kept } = rulesFolder(at);
	await folder.start();
	await puts.next();
	write(`${at}/a.lua`, 'rule a\nrul b');
	expect(await errors.next()).toBe('file=a.lua line=2 reason=what is "rul b" in a.lua?');
	expect(folder.broken.get('a.lua')).toHaveLength(1);
	write(`${at}/c.lua`, 'rule c');
	expect(await puts.next()).toBe('a,c / c.lua');
	expect(errors.isEmpty).toBe(true);
	expect(kept.source('a.lua')).toBe('rule a');
	write(`${at}/a.lua`, 'rule b');
	expect(await puts.next()).toBe('b,c / a.lua');
	expect(folder.broken.size).toBe(0);
});

test('of many mistakes the first five are told', async () => {
	const at = scratch();
	write(`${at}/a.lua`, 'x\n'.repeat(7));
	const { folder, errors } = rulesFolder(at);
	await folder.start();
	for (let line = 1; line <= 5; line++) {
		expect(await errors.next()).toContain(`line=${line} `);
	}
	expect(errors.isEmpty).toBe(true);
});

test('at the start a broken file is as it was when it was last in force', async () => {
	const at = scratch();
	const kept = new KeptInMemory();
	kept.sources.set('a.lua', 'rule old').set('gone.lua', 'rule gone').set('dir.lua', 'rule dir');
	kept.states.set('a.lua', { n: 1 });
	write(`${at}/a.lua`, 'broken');
	write(`${at}/b.lua`, 'broken');
	mkdirSync(`${at}/dir.lua`);
	const { folder, puts, errors, lua } = rulesFolder(at, false, kept);
	await folder.start();
	expect(await errors.next()).toBe('file=dir.lua reason=is no regular file');
	expect(await errors.next()).toBe('file=a.lua line=1 reason=what is "broken" in a.lua?');
	expect(await errors.next()).toBe('file=b.lua line=1 reason=what is "broken" in b.lua?');
	expect(await puts.next()).toBe('old,dir / a.lua,dir.lua');
	expect(lua.states).toContainEqual({ n: 1 });
	expect([...kept.files()]).toEqual(['a.lua', 'dir.lua']);
});

test('when the folder cannot be read, what was last in force is', async () => {
	const at = scratch();
	const kept = new KeptInMemory();
	kept.sources.set('a.lua', 'rule old');
	write(`${at}/rules`, 'a file');
	const { folder, puts, errors } = rulesFolder(`${at}/rules`, false, kept);
	await folder.start();
	expect(await puts.next()).toBe('old / a.lua');
	expect(await errors.next()).toBe('reason=DIR: cannot read: not a directory');
	unlinkSync(`${at}/rules`);
	write(`${at}/rules/b.lua`, 'rule b');
	expect(await puts.next()).toBe('b / b.lua');
});

test('hidden files, backups and other files are none; a link is what it leads to', async () => {
	const at = scratch();
	write(`${at}/rules/.#a.lua`, 'broken');
	write(`${at}/rules/a.lua~`, 'broken');
	write(`${at}/rules/#a.lua#`, 'broken');
	write(`${at}/rules/README`, 'broken');
	write(`${at}/one/l.lua`, 'rule one');
	write(`${at}/two/l.lua`, 'rule two');
	symlinkSync('one', `${at}/data`);
	symlinkSync('../data/l.lua', `${at}/rules/l.lua`);
	symlinkSync('nowhere', `${at}/rules/n.lua`);
	const { folder, puts, errors } = rulesFolder(`${at}/rules`);
	await folder.start();
	expect(await puts.next()).toBe('one / l.lua');
	expect(await errors.next()).toBe('file=n.lua reason=cannot read: no such file or directory');
	symlinkSync('two', `${at}/new`);
	renameSync(`${at}/new`, `${at}/data`);
	expect(await puts.next()).toBe('two / l.lua');
	unlinkSync(`${at}/rules/n.lua`);
	linkSync(`${at}/rules/README`, `${at}/rules/m.lua`);
	expect(await errors.next()).toBe('file=m.lua line=1 reason=what is "broken" in m.lua?');
	expect(folder.broken.has('n.lua')).toBe(false);
});

test.runIf(process.getuid?.() !== 0)('a file that may not be read is told', async () => {
	const at = scratch();
	write(`${at}/a.lua`, 'rule a');
	chmodSync(`${at}/a.lua`, 0);
	const { folder, errors } = rulesFolder(at);
	await folder.start();
	expect(await errors.next()).toBe('file=a.lua reason=cannot read: permission denied');
});

test('a file has at most 256 KiB', async () => {
	const at = scratch();
	const most = `rule ${'a'.repeat(largestRuleFile - 5)}`;
	write(`${at}/a.lua`, most);
	write(`${at}/b.lua`, `${most}b`);
	write(`${at}/empty.lua`, '');
	const { folder, puts, errors } = rulesFolder(at);
	await folder.start();
	expect(await puts.next()).toBe(`${most.slice(5)} / a.lua,empty.lua`);
	expect(await errors.next()).toBe('file=b.lua reason=is larger than 256 KiB');
});

test('there are at most 100 files', async () => {
	const at = scratch();
	for (let i = 0; i < mostRuleFiles; i++) {
		write(`${at}/${100 + i}.lua`, `rule ${i}`);
	}
	const { folder, puts, errors } = rulesFolder(at);
	await folder.start();
	expect((await puts.next()).split(',')).toHaveLength(2 * mostRuleFiles - 1);
	write(`${at}/000.lua`, 'rule first');
	expect(await errors.next()).toBe('reason=DIR: more than 100 rule files: 199.lua is not read');
	const rules = await puts.next();
	expect(rules.startsWith('first,0,1,')).toBe(true);
	expect(rules.endsWith(',98 / 000.lua')).toBe(true);
	write(`${at}/001.lua`, 'rule second');
	expect(await errors.next()).toBe(
		'reason=DIR: more than 100 rule files: 198.lua and 1 after it are not read',
	);
});

test('a folder whose name looks like a glob', async () => {
	const at = `${scratch()}/a*[b]?`;
	mkdirSync(at);
	const { folder, puts } = rulesFolder(at);
	await folder.start();
	writeFileSync(`${at}/a.lua`, 'rule a');
	expect(await puts.next()).toBe('a / a.lua');
});

test('one that was named and is not there is told, and comes into force when it is', async () => {
	const at = scratch();
	const { folder, puts, errors } = rulesFolder(`${at}/rules`, true);
	await folder.start();
	expect(await errors.next()).toBe('reason=DIR: cannot read: no such file or directory');
	write(`${at}/rules/a.lua`, 'rule a');
	expect(await puts.next()).toBe('a / a.lua');
});

test('what others could write is not taken: a file, then the folder; what was in force stays', async () => {
	const at = scratch();
	write(`${at}/a.lua`, 'rule a');
	write(`${at}/b.lua`, 'rule b');
	chmodSync(`${at}/b.lua`, 0o646);
	const { folder, puts, errors } = rulesFolder(at);
	await folder.start();
	expect(await puts.next()).toBe('a / a.lua');
	expect(await errors.next()).toMatch(
		/^file=b\.lua reason=others than .* mode 0646\): chmod go-w .*\/b\.lua$/,
	);
	chmodSync(`${at}/b.lua`, 0o644);
	await folder.refresh();
	expect(await puts.next()).toBe('a,b / b.lua');
	chmodSync(at, 0o777);
	write(`${at}/a.lua`, 'rule changed');
	write(`${at}/c.lua`, 'rule c');
	await folder.refresh();
	expect(await errors.next()).toMatch(/^reason=DIR: others than .* mode 0777\): chmod go-w DIR$/);
	expect([...folder.broken.keys()]).toEqual(['']);
	chmodSync(at, 0o700);
	await folder.refresh();
	expect(await puts.next()).toBe('changed,b,c / a.lua,c.lua');
});
