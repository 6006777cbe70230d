import { expect, test } from 'vitest';
import { parseQuestion } from '../../../src/supervisor/sockets/question.ts';

test('a question says who asks for what', () => {
	expect(parseQuestion('7,0,4294967294,tcp:127.0.0.1:80')).toEqual({
		id: '7',
		peer: { uid: 0, gid: 4294967294 },
		address: { tag: 'tcp', host: '127.0.0.1', port: 80, v6only: false },
	});
	expect(parseQuestion('4294967295,1,2,udp:[0:0:0:0:0:0:0:0]:65535,v6only').address).toEqual({
		tag: 'udp',
		host: '::',
		port: 65_535,
		v6only: true,
	});
});

test('what is none asks for nothing', () => {
	for (const text of [
		'',
		'x',
		'1,2,3',
		'1,2,3,',
		'1,2,3,tcp:1.2.3.4:0',
		'1,2,3,http:80',
		'-1,2,3,tcp:1.2.3.4:1',
	]) {
		expect(parseQuestion(text).address, text).toHaveProperty('refused');
	}
	expect(parseQuestion('1,2,3,x').id).toBe('1');
});
