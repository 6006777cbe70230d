import { expect, test } from 'vitest';
import {
	isPortName,
	portSettings,
	portVariable,
	unknownPort,
	withPorts,
} from '../../src/service/port-words.ts';

const two = new Map([
	['http', 20_001],
	['admin-ui', 20_002],
]);

test('a port is told by its name, the first one also without', () => {
	expect([...portSettings(two)]).toEqual([
		['ARCHON_PORT', '20001'],
		['ARCHON_PORT_HTTP', '20001'],
		['ARCHON_PORT_ADMIN_UI', '20002'],
	]);
	expect(portSettings(new Map()).size).toBe(0);
	expect(portVariable('a-B_c')).toBe('ARCHON_PORT_A_B_C');
});

test('a name has to fit into that of a variable', () => {
	expect(['a', 'http', 'x'.repeat(32), 'A-1_b'].every(isPortName)).toBe(true);
	expect(['', '1a', '-a', 'a.b', 'x'.repeat(33), 'é'].some(isPortName)).toBe(false);
});

test('ports stand in the arguments where they are asked for', () => {
	const args = ['x', '--at=:{port}', '{port.http},{port.admin-ui}', '{ports}', '{port.}', '{port'];
	expect(withPorts(args, two)).toEqual(['x', '--at=:20001', '20001,20002', '{ports}', '{port.}', '{port']);
	expect(withPorts(args, new Map())).toBe(args);
});

test('a name that is none of its ports is told', () => {
	expect(unknownPort(['{port} {port.http}'], ['http'])).toBeUndefined();
	expect(unknownPort(['a', '{port.htp}'], ['http'])).toEqual({
		refused: '{port.htp}: there is no port of that name in ports',
	});
	expect(unknownPort(['{port.}'], ['http'])).toBeDefined();
	expect(unknownPort(['{port.http}'], [])).toBeUndefined();
});
