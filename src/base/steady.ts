/**
 * Milliseconds of a clock that only goes on (clock_gettime(2), CLOCK_MONOTONIC); only a difference says anything.
 * `performance.now` is such a one too, but the first look at it has Node load ten modules, 1 ms of the first answer.
 */
export function steady(): number {
	const [seconds, nanoseconds] = process.hrtime();
	return seconds * 1000 + nanoseconds / 1_000_000;
}
