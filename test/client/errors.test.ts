import { expect, test } from 'vitest';
import { ArchonError, NoDaemonError } from '../../src/client/errors.ts';

test('errors are told apart by class and by name, and their messages say it all', () => {
	const refused = new ArchonError('Stop', 'nothing is called "web"');
	expect(refused).toBeInstanceOf(Error);
	expect(String(refused)).toBe('ArchonError: Stop: nothing is called "web"');
	const gone = new NoDaemonError('ENOENT', '/run/archon/archon.sock', 'no daemon of archon answers');
	expect(String(gone)).toBe('NoDaemonError: no daemon of archon answers (/run/archon/archon.sock, ENOENT)');
	expect(gone).not.toBeInstanceOf(ArchonError);
});
