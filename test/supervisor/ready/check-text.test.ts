import { expect, test } from 'vitest';
import { checkText } from '../../../src/supervisor/ready/check-text.ts';

test('each is written as the configuration writes it', () => {
	expect(checkText({ tag: 'exec' })).toBe('exec');
	expect(checkText({ tag: 'notify' })).toBe('notify');
	expect(checkText({ tag: 'fd', fd: 3 })).toBe('fd:3');
	expect(checkText({ tag: 'log', pattern: '^up' })).toBe('log:^up');
	expect(checkText({ tag: 'tcp', host: 'localhost', port: 80 })).toBe('tcp:localhost:80');
	expect(checkText({ tag: 'tcp', host: '::1', port: 80 })).toBe('tcp:[::1]:80');
	expect(checkText({ tag: 'http', url: 'http://localhost/' })).toBe('http://localhost/');
	expect(checkText({ tag: 'run', args: ['sh', '-c', 'a, b'] })).toBe('run:sh,-c,"a, b"');
});
