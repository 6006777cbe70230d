import { expect, test } from 'vitest';
import { version } from '../../src/version.ts';
import { Archon } from '../archon.ts';

test('Version names archon and the Node it runs on', async () => {
	const archon = await Archon.start();
	expect(await archon.lines('Version\n')).toEqual([
		'Columns,name,version',
		`Row,archon,${version}`,
		`Row,node,${process.versions.node}`,
		'Ok',
	]);
});
