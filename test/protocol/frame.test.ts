import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Frame, Framer, recordLimit } from '../../src/protocol/frame.ts';

/** Every frame of a stream that arrives in these pieces, what its end leaves included. */
function framesOf(pieces: readonly string[], limit?: number): Frame[] {
	const framer = new Framer(limit);
	const frames: Frame[] = [];
	for (const piece of pieces) {
		framer.push(piece);
		frames.push(...drain(framer));
	}
	const rest = framer.end();
	expect(framer.held).toBe(0);
	return rest === undefined ? frames : [...frames, rest];
}

function drain(framer: Framer): Frame[] {
	const frames: Frame[] = [];
	for (let frame = framer.next(); frame !== undefined; frame = framer.next()) {
		frames.push(frame);
	}
	return frames;
}

/** The text of a record, `bad` or `long`: short enough to compare. */
function brief(frames: readonly Frame[]): string[] {
	return frames.map((frame) => (frame.tag === 'record' ? frame.text : `<${frame.tag}>`));
}

function inBytes(text: string): string[] {
	return text.split('');
}

const cut = 'the record was cut off by the end of the stream';

test('a connection carries records, each one CSV line ended by \\n', () => {
	expect(framesOf(['Ping\nStop,web\n'])).toEqual([
		{ tag: 'record', text: 'Ping', quoted: false, fds: [] },
		{ tag: 'record', text: 'Stop,web', quoted: false, fds: [] },
	]);
});

test('\\r\\n is accepted; a \\r elsewhere is data, as blanks are', () => {
	const text = 'Ping\r\n a ,b\rc\r\r\n"q"\r\n';
	expect(brief(framesOf([text]))).toEqual(['Ping', ' a ,b\rc\r', '"q"']);
	expect(brief(framesOf(inBytes(text)))).toEqual(['Ping', ' a ,b\rc\r', '"q"']);
});

test('a field may stand in double quotes, a quote inside is doubled, a quoted field may hold commas and line breaks', () => {
	const text = 'Run,"sh,-c,""echo\na, b"""\r\nPing\n';
	const frames = framesOf([text]);
	expect(frames[0]).toEqual({ tag: 'record', text: 'Run,"sh,-c,""echo\na, b"""', quoted: true, fds: [] });
	expect(frames[1]).toEqual({ tag: 'record', text: 'Ping', quoted: false, fds: [] });
	expect(framesOf(inBytes(text))).toEqual(frames);
});

test('the first line break outside quotes ends the record', () => {
	expect(brief(framesOf(['a,"b\r\nc\n",d\ne\n']))).toEqual(['a,"b\r\nc\n",d', 'e']);
});

test('a quote opens a field only as its first byte: a stray one makes the record bad, which still ends at its line break', () => {
	const frames = framesOf(['Run,a"b\nPing\n']);
	expect(brief(frames)).toEqual(['<bad>', 'Ping']);
	expect(frames[0]).toMatchObject({ why: expect.stringContaining('a quote stands inside a field') });
	for (const bad of ['Run,a"b"', 'Run, "b"', 'a"', 'a""', '\r"b"', 'a"b,"c\nd"']) {
		expect(brief(framesOf([`${bad}\nPing\n`])), bad).toEqual(['<bad>', 'Ping']);
	}
});

test('text behind a closing quote makes the record bad, and it still ends at its line break', () => {
	const frames = framesOf(['Run,"a"b\nPing\n']);
	expect(brief(frames)).toEqual(['<bad>', 'Ping']);
	expect(frames[0]).toMatchObject({ why: expect.stringContaining('text stands behind a closing quote') });
	for (const bad of ['"a" ', '"a"\r', '"a"\rb', '"a"\r"b"', '"a" "b"', '"a"b,"c\nd"']) {
		expect(brief(framesOf([`${bad}\r\nPing\n`])), bad).toEqual(['<bad>', 'Ping']);
	}
});

test('a NUL makes the record bad, inside quotes too, and the record still ends at its line break', () => {
	const frames = framesOf(['Run,\0\nPing\nRun,"\0\n"\n\0\nPing\n']);
	expect(brief(frames)).toEqual(['<bad>', 'Ping', '<bad>', '<bad>', 'Ping']);
	expect(frames[0]).toMatchObject({ why: 'the record holds a NUL byte' });
});

test('empty lines are ignored', () => {
	expect(brief(framesOf(['\n\r\n\nPing\n\n\r\n']))).toEqual(['Ping']);
	expect(brief(framesOf(inBytes('\n\r\n\nPing\n\n\r\n')))).toEqual(['Ping']);
});

test('"" is a record with an empty name', () => {
	expect(framesOf(['""\n'])).toEqual([{ tag: 'record', text: '""', quoted: true, fds: [] }]);
});

test('bytes that are no ASCII pass as they are', () => {
	expect(brief(framesOf(['Run,\xff\xc3\xa9\x01\n']))).toEqual(['Run,\xff\xc3\xa9\x01']);
});

test('a record is at most 1 MiB, its line break not counted', () => {
	const most = 'x'.repeat(recordLimit);
	for (const end of ['\n', '\r\n']) {
		expect(framesOf([most + end, 'Ping\n']).map((frame) => frame.tag)).toEqual(['record', 'record']);
		expect(framesOf([most, ...inBytes(end), 'Ping\n']).map((frame) => frame.tag)).toEqual([
			'record',
			'record',
		]);
		expect(framesOf([`${most}x${end}`, 'Ping\n'])).toEqual([{ tag: 'long', fds: [] }]);
	}
});

test('a record is too long as soon as it is, before its line break comes, and behind it nothing is read', () => {
	expect(framesOf(['Ping\nabcd', 'e', 'f\nPing\n'], 4)).toEqual([
		{ tag: 'record', text: 'Ping', quoted: false, fds: [] },
		{ tag: 'long', fds: [] },
	]);
	expect(brief(framesOf(['abcd\r', 'x'], 4))).toEqual(['<long>']);
	expect(brief(framesOf(['abcd\r', '\n'], 4))).toEqual(['abcd']);
	expect(brief(framesOf(['"ab\n', '\n\n\n'], 4))).toEqual(['<long>']);
	expect(brief(framesOf(['abcde\nPing\nPing\n'], 4))).toEqual(['<long>']);
});

test('a record cut off by the end of the stream is told as such', () => {
	expect(framesOf(['Ping\nStop,we'])).toEqual([
		{ tag: 'record', text: 'Ping', quoted: false, fds: [] },
		{ tag: 'bad', why: cut, fds: [] },
	]);
	expect(framesOf(['Run,"ls\n'])).toEqual([{ tag: 'bad', why: `${cut} inside quotes`, fds: [] }]);
	expect(framesOf(['Ping\n', '\n'])).toHaveLength(1);
	expect(framesOf([])).toEqual([]);
});

test('descriptors belong to the record in which the read that brought them ends', () => {
	const framer = new Framer();
	framer.push('Run,a\nRun,b\n', [3, 4]);
	framer.push('MonitorFD\n', [5]);
	expect(drain(framer).map((frame) => frame.fds)).toEqual([[], [3, 4], [5]]);
});

test('descriptors that came with the first byte of a record wait for its end', () => {
	const framer = new Framer();
	framer.push('Ping\nM', [7]);
	expect(drain(framer)).toMatchObject([{ text: 'Ping', fds: [] }]);
	framer.push('onitor');
	framer.push('FD,"a\n', [8]);
	expect(drain(framer)).toEqual([]);
	framer.push('b"\nPing\n');
	expect(drain(framer)).toMatchObject([
		{ tag: 'record', fds: [7, 8] },
		{ text: 'Ping', fds: [] },
	]);
});

test('descriptors are never lost: bad, empty, long and cut off records carry theirs', () => {
	const framer = new Framer(8);
	framer.push('a"b\n', [3]);
	framer.push('\r\n', [4]);
	framer.push('Ping\n');
	framer.push('', [5]);
	framer.push('Ping\n');
	framer.push('too long, ', [6]);
	framer.push('more\n', [7]);
	expect(drain(framer).map((frame) => [frame.tag, frame.fds])).toEqual([
		['bad', [3]],
		['bad', [4]],
		['record', []],
		['record', [5]],
		['long', [6, 7]],
	]);
	framer.push('Ping\n', [8]);
	expect(framer.next()).toBeUndefined();
	expect(framer.end()).toMatchObject({ tag: 'bad', fds: [8] });
	expect(framer.end()).toBeUndefined();
});

test('what is held is what no frame was made of', () => {
	const framer = new Framer();
	framer.push('Ping\nStop');
	framer.push(',web\nPi');
	expect(framer.held).toBe(16);
	framer.next();
	expect(framer.held).toBe(11);
	expect(framer.next()).toMatchObject({ text: 'Stop,web' });
	expect(framer.held).toBe(2);
	expect(framer.next()).toBeUndefined();
	expect(framer.held).toBe(2);
});

test('however a stream is cut into pieces, the same records come out', () => {
	const unit = fc.constantFrom('a', ',', '"', '\n', '\r', '\0', '","', 'a,"', '""');
	fc.assert(
		fc.property(fc.array(fc.string({ unit, maxLength: 12 }), { maxLength: 8 }), (pieces) => {
			const whole = brief(framesOf([pieces.join('')]));
			expect(brief(framesOf(pieces))).toEqual(whole);
			expect(brief(framesOf(inBytes(pieces.join(''))))).toEqual(whole);
			expect(whole).toEqual(byTheRules(pieces.join('')));
		}),
		{ numRuns: 3000 },
	);
});

test('a record of 1 MiB in one piece or in many costs no more than its bytes', () => {
	for (const unit of ['x', '"",', '"a",', 'a"', '",']) {
		const framer = new Framer();
		const begun = performance.now();
		for (let length = 0; length < recordLimit - 64; length += unit.length * 8) {
			framer.push(unit.repeat(8));
			framer.next();
		}
		expect(framer.held).toBeGreaterThan(recordLimit - 128);
		const atOnce = new Framer();
		atOnce.push(unit.repeat((recordLimit - 64) / unit.length));
		expect(atOnce.next() === undefined).toBe(true);
		expect(performance.now() - begun, unit).toBeLessThan(3000);
	}
});

/** The rules of the quoting once more, a byte at a time. */
function byTheRules(stream: string): string[] {
	const found: string[] = [];
	let text = '';
	let bad = false;
	let place: 'field' | 'plain' | 'quoted' | 'closed' = 'field';
	for (let at = 0; at < stream.length; at++) {
		const char = stream.charAt(at);
		if (char === '\n' && place !== 'quoted') {
			const record = text.endsWith('\r') ? text.slice(0, -1) : text;
			if (record !== '') {
				found.push(bad ? '<bad>' : record);
			}
			[text, bad, place] = ['', false, 'field'];
			continue;
		}
		text += char;
		bad ||= char === '\0';
		if (place === 'quoted') {
			place = char === '"' ? 'closed' : 'quoted';
		} else if (place === 'closed' && char === '"') {
			place = 'quoted';
		} else if (char === ',') {
			place = 'field';
		} else if (place === 'field' && char === '"') {
			place = 'quoted';
		} else {
			const returns = char === '\r' && stream[at + 1] === '\n';
			bad ||= char === '"' || (place === 'closed' && !returns);
			place = 'plain';
		}
	}
	return text === '' ? found : [...found, '<bad>'];
}
