// Every source file has a test of the same name, and every test its source: src/a/b.ts and
// test/a/b.test.ts, native/core/c.c (or c_linux.c) and native/test/c.c. Prints what is alone.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

// Sources without a twin, each with the reason why it needs none.
const excused = {
	'src/daemon.ts': 'puts the parts together; every test in test/session and test/live runs it',
};
// Tests of what is no single source file.
const ownTests = ['session', 'live', 'toolchain', 'programs'];

const alone = [...sourcesAlone(), ...testsAlone(), ...nativeAlone()];
for (const line of alone) console.log(line);
process.exitCode = alone.length > 0 ? 1 : 0;

function sourcesAlone() {
	return list('src', '.ts')
		.filter((path) => !(path in excused) && !exportsOnlyTypes(path) && !exists(twin(path)))
		.map((path) => `${path} has no ${twin(path)}`);
}

function testsAlone() {
	return list('test', '.test.ts')
		.filter((path) => !ownTests.includes(path.split('/')[1]))
		.map((path) => [path, path.replace(/^test/, 'src').replace(/\.test\.ts$/, '.ts')])
		.filter(([, source]) => !exists(source))
		.map(([path, source]) => `${path} has no ${source}`);
}

function nativeAlone() {
	return list('native/core', '.c')
		.map((path) => [path, path.replace('core', 'test').replace(/_(linux|freebsd)\.c$/, '.c')])
		.filter(([, test]) => !exists(test))
		.map(([path, test]) => `${path} has no ${test}`);
}

// A request is tested by talking to a daemon: its twin is the conversation.
function twin(path) {
	const test = path.replace(/\.ts$/, '.test.ts');
	return test.startsWith('src/requests/')
		? test.replace('src/requests', 'test/session')
		: test.replace(/^src/, 'test');
}

function exportsOnlyTypes(path) {
	const text = readFileSync(join(root, path), 'utf8');
	return !/^export (?!type\b|interface\b)/m.test(text);
}

function list(folder, ending) {
	if (!exists(folder)) return [];
	const paths = readdirSync(join(root, folder), { recursive: true }).map((name) => `${folder}/${name}`);
	return paths.filter((path) => path.endsWith(ending)).sort();
}

function exists(path) {
	return existsSync(join(root, path));
}
