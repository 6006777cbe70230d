/** A daemon with requests whose handlers make mistakes, each in another place. Started by archond as ARCHON_DAEMON. */
import { requests } from '../../src/requests/index.ts';
import { type Answer, type Request, request } from '../../src/requests/request.ts';

const mistake = new Error('on purpose');
const handlers: { readonly [name: string]: () => Answer | Promise<Answer> } = {
	FaultNow() {
		throw mistake;
	},
	FaultLater: () => Promise.reject(mistake),
	FaultRow: () => ({ tag: 'rows', lines: breaking(3) }),
	FaultLateRow: () => ({ tag: 'rows', lines: breaking(2500) }),
	FaultBegin: () => ({
		tag: 'kept',
		begin() {
			throw mistake;
		},
		cancel() {},
	}),
	FaultFollow: () => ({
		tag: 'follow',
		begin() {
			throw mistake;
		},
	}),
};

/** So many rows, then a mistake. */
function* breaking(rows: number): Generator<string> {
	for (let row = 0; row < rows; row++) {
		yield `Row,${row}\n`;
	}
	throw mistake;
}

for (const [name, handle] of Object.entries(handlers)) {
	const faulty = request({ name, summary: 'Fail.', needs: 'anyone', args: {}, columns: ['n'], handle });
	(requests as Request[]).push(faulty);
}
await import('../../src/main.ts');
