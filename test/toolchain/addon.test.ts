import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const node = join(root, `node_modules/node-linux-${process.arch}/bin/node`);

const opening = `
	const { Worker } = require('node:worker_threads');
	const open = 'process.dlopen({ exports: {} }, process.argv[2])';
	const worker = new Worker(open, { eval: true, argv: [process.argv[1]] });
	worker.on('exit', (code) => console.log('ended with', code));
`;

test('a thread that has opened the addon may end at once: what the addon has begun goes on', () => {
	const addon = join(root, 'native/build/Release/archon.node');
	for (let times = 0; times < 5; times++) {
		expect(execFileSync(node, ['-e', opening, addon], { encoding: 'latin1' })).toBe('ended with 0\n');
	}
});
