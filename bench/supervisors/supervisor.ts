/** One that is to keep services running, which all are bench/native/service.c. */
export type Supervisor = {
	readonly name: string;
	/** Writes what it wants to find into a directory of its own and says how it is started. */
	readonly prepare: (place: Place) => Promise<Command>;
	/** So slow that it plays a single round. */
	readonly isSlow?: boolean;
};

export type Place = {
	/** In memory, as /run is. */
	readonly directory: string;
	readonly disk: string;
	readonly count: number;
	/** The FIFO that every service writes its stamp into. */
	readonly stamps: string;
};

/** How a supervisor is started, and which signal makes it stop all services. */
export type Command = {
	readonly argv: readonly string[];
	readonly env?: Readonly<Record<string, string>>;
	readonly stop: 'TERM' | 'HUP' | 'INT';
};

/** The names of the services. */
export function names(count: number): readonly string[] {
	return Array.from({ length: count }, (_, i) => `s${i}`);
}
