/** A keeper that holds nothing. */
export const silent = {
	channelSend: (text: string) => text.length,
	channelTake: () => -2,
	channelTakeAll: (texts: readonly string[]) => texts.map(() => -2),
};
