import { expect, test } from 'vitest';
import { checkFile } from '../../src/config/check-file.ts';
import { folder, ports } from './scratch.ts';

test('a file without mistakes says nothing', async () => {
	const said: string[] = [];
	const at = folder({ 'a.toml': '[service.web]\nrun = ["web"]' });
	expect(await checkFile(`${at}/a.toml`, ports, (line) => said.push(line))).toBe(0);
	expect(said).toEqual([]);
});

test('each mistake is a line', async () => {
	const said: string[] = [];
	const at = folder({ 'é.toml': '[service.web]\nrun = ["web"]\nrestrat = "x"\nnice = 20' });
	expect(
		await checkFile(`${at}/é.toml`, ports, (line) => said.push(Buffer.from(line, 'latin1').toString())),
	).toBe(1);
	expect(said).toEqual([
		`${at}/é.toml:3: service.web.restrat: unknown key, did you mean "restart"?`,
		`${at}/é.toml:4: service.web.nice: expected a whole number from -20 to 19, got the number 20`,
	]);
});

test('a file that is not there is a mistake', async () => {
	const said: string[] = [];
	expect(await checkFile('/nonexistent/a.toml', ports, (line) => said.push(line))).toBe(1);
	expect(said).toEqual(['/nonexistent/a.toml: cannot read: no such file or directory']);
});
