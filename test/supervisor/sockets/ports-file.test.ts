import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, onTestFinished, test, vi } from 'vitest';
import { PortsFile } from '../../../src/supervisor/sockets/ports-file.ts';

function scratch(): string {
	const directory = mkdtempSync(`${tmpdir()}/archon-ports-`);
	onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
	return `${directory}/ports`;
}

const held = new Map([
	[20_000, { holder: 'web@1', name: 'http' }],
	[20_001, { holder: 'db', name: '' }],
]);

test('what was written is read again, by the owner alone', () => {
	const path = scratch();
	const file = new PortsFile(path, () => expect.unreachable());
	expect(file.read().size).toBe(0);
	file.write(held);
	expect(new PortsFile(path, () => undefined).read()).toEqual(held);
	expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('what is none of ours is left out', () => {
	const path = scratch();
	for (const text of [
		'',
		'{}',
		'[1]',
		'null',
		'[[0, "a", ""], [65536, "a", ""], [1, 2, ""], [1, "a", "?"], [1.5, "a", ""]]',
	]) {
		writeFileSync(path, text);
		expect(new PortsFile(path, () => undefined).read().size, text).toBe(0);
	}
	writeFileSync(path, '[[1, "a", ""], 7, [65535, "b", "x"]]');
	expect([...new PortsFile(path, () => undefined).read().keys()]).toEqual([1, 65_535]);
});

test('that it cannot be written is told once, until it can be', () => {
	const path = scratch();
	const fault = vi.fn();
	const file = new PortsFile(`${path}/in/none`, fault);
	file.write(held);
	file.write(held);
	expect(fault).toHaveBeenCalledTimes(1);
	expect(() => readFileSync(path)).toThrow();
});
