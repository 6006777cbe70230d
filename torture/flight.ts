/** The most that archon-log takes at once, bytes: READ_MOST of native/log.h. */
const most = 262_144;

/**
 * A piece of what one process wrote on one stream, which archon-log had taken and is lost: there is one at most when a
 * keeper dies. It may begin and end amid a line. Each of these is false for what cannot be so.
 */
export class Flight {
	#key: string | undefined;
	/** What there is of its last line. */
	#end: string | undefined;
	#isOver = false;

	/** A line of the process has no end: it begins there. */
	begins(key: string): boolean {
		return this.#end === undefined && this.#isOf(key);
	}

	/** A line has no beginning: it ends there. The first line that can be in it is `next`. */
	ends(key: string, pid: string, next: number, text: string): boolean {
		const [, of, number] = /^(?:(\d*) )?(\d*)$/.exec(text) ?? [];
		const isEnd = of === undefined || (of !== pid && pid.endsWith(of) && Number(number) >= next);
		if (number === undefined || !isEnd || this.#end !== undefined || !this.#isOf(key)) {
			return false;
		}
		this.#end = text;
		return true;
	}

	/** From line `from` to the one before `to` it is missing, but for the first `there` bytes. */
	spans(key: string, pid: string, from: number, to: number, there: number): boolean {
		const [line, end] = [(number: number) => `${pid} ${number}`, this.#end];
		if (from >= to || !line(to - 1).endsWith(end ?? '') || !this.#isOf(key)) {
			return false;
		}
		let bytes = -there - (end === undefined ? 0 : end.length + 1);
		for (let number = from; number < to; number++) {
			bytes += line(number).length + 1;
		}
		this.#isOver = true;
		return bytes >= 0 && bytes <= most;
	}

	#isOf(key: string): boolean {
		const isIt = !this.#isOver && (this.#key ?? key) === key;
		this.#key = isIt ? key : this.#key;
		return isIt;
	}
}
