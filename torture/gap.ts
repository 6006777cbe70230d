/** While a keeper was being replaced (`now`): from before it was killed until the next one had answered. */
export type Gap = { readonly from: number; readonly to: number };

/** Whether that moment was in it. */
export function isAmid(gap: Gap | undefined, at: number): boolean {
	return gap !== undefined && gap.from <= at && at <= gap.to;
}
