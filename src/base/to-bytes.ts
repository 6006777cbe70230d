/** UTF-8 as the daemon has it: latin1, a character per byte. */
export function toBytes(text: string): string {
	return ascii.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

const ascii = /^[\0-\x7f]*$/;
