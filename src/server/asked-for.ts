import { isRefusal, type Refusal } from '../base/refusal.ts';
import type { Frame } from '../protocol/frame.ts';
import { parseRecord } from '../protocol/record.ts';
import type { Request } from '../requests/request.ts';
import type { Dispatch } from './dispatch.ts';

/** What a record asks for. */
export type AskedFor = {
	readonly fields: readonly string[] | Refusal;
	readonly request: Request | undefined;
};

export function askedFor(
	{ text, quoted }: Extract<Frame, { tag: 'record' }>,
	dispatch: Pick<Dispatch, 'find'>,
): AskedFor {
	const fields = parseRecord(text, quoted);
	return { fields, request: isRefusal(fields) ? undefined : dispatch.find(fields[0] ?? '') };
}

/** Whether the next daemon may answer it where this one dies over it. */
export function isCarried(request: Request | undefined): boolean {
	return request === undefined || request.outlives || request.onlyAsks;
}
