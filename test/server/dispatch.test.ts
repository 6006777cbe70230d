import { describe, expect, it } from 'vitest';
import type { Context } from '../../src/requests/context.ts';
import { requests } from '../../src/requests/index.ts';
import { Dispatch } from '../../src/server/dispatch.ts';

const dispatch = new Dispatch(requests);
const context = (fds: number[] = []) => ({ fds }) as unknown as Context;

describe('dispatch', () => {
	it('begins the reason for a request it does not know with unknown request', () => {
		expect(dispatch.handle(undefined, ['Frobnicate'], context())).toEqual({
			refused: 'unknown request "Frobnicate"; Help lists those there are',
		});
	});

	it('knows what was meant when only case or hyphens differ', () => {
		expect(dispatch.handle(undefined, ['start-daemon'], context())).toEqual({
			refused: 'unknown request "start-daemon"; did you mean StartDaemon?',
		});
	});

	it('offers the nearest one', () => {
		expect(dispatch.handle(undefined, ['Statsu'], context())).toEqual({
			refused: 'unknown request "Statsu"; did you mean Status?',
		});
		expect(dispatch.handle(undefined, ['-'], context())).toEqual({
			refused: 'unknown request "-"; Help lists those there are',
		});
	});

	it('refuses descriptors for a request that takes none, or another number', () => {
		expect(dispatch.handle(dispatch.find('Ping'), ['Ping'], context([9]))).toEqual({
			refused: 'Ping takes no descriptors, 1 came along',
		});
		expect(dispatch.handle(dispatch.find('MonitorFD'), ['MonitorFD'], context())).toMatchObject({
			refused: expect.stringContaining('MonitorFD takes 1 descriptor'),
		});
	});
});
