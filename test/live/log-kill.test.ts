import fs from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Logger } from './logger.ts';
import { until } from './until.ts';

const kills = Number(process.env['ARCHON_KILLS'] ?? 60);

test('killed at any moment, also while it rotates, it loses, doubles and tears nothing', async () => {
	const logger = new Logger();
	const pair = logger.open(0, 'd.web', { max: 20_000, keep: 2000 });
	const streams = [new Source(pair.paths[0] ?? '', 'o'), new Source(pair.paths[1] ?? '', 'e')];
	for (let kill = 0; kill < kills; kill++) {
		logger.start();
		// The kill comes after so many writes, wherever archon-log is by then.
		for (let writes = Math.floor(Math.random() * 40); writes > 0; writes--) {
			for (const source of streams) {
				source.write();
			}
			await turn();
		}
		await logger.end('SIGKILL');
	}
	logger.start();
	await until(() => streams.every((source) => source.flush()));
	for (const source of streams) {
		source.close();
	}
	pair.close();
	logger.retire(0);
	await logger.done(0);
	const records = logger.all('web');
	expect(records.find((record) => !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [oe] \d+ x*$/.test(record))).toBe(
		undefined,
	);
	for (const source of streams) {
		const own = records.filter((record) => record[25] === source.stream);
		expect(own.findIndex((record, i) => record.slice(27) !== lineOf(i))).toBe(-1);
		expect(own).toHaveLength(source.lines);
	}
	expect(
		logger
			.sizes('web')
			.slice(1)
			.every((size) => size <= 20_000),
	).toBe(true);
}, 120_000);

/** Numbered lines, written in pieces that end anywhere. */
class Source {
	readonly stream: string;
	lines = 0;
	readonly #fd: number;
	#rest = '';

	constructor(path: string, stream: string) {
		this.stream = stream;
		this.#fd = fs.openSync(path, fs.constants.O_RDWR | fs.constants.O_NONBLOCK);
	}

	write(): void {
		while (this.#rest.length < 9000) {
			this.#rest += `${lineOf(this.lines++)}\n`;
		}
		this.#put(1 + Math.floor(Math.random() * 9000));
	}

	/** Writes all that was begun, without waiting for anyone: true when it is out. */
	flush(): boolean {
		this.#put(this.#rest.length);
		return this.#rest === '';
	}

	close(): void {
		fs.closeSync(this.#fd);
	}

	#put(bytes: number): void {
		try {
			this.#rest = this.#rest.slice(fs.writeSync(this.#fd, this.#rest.slice(0, bytes), null, 'latin1'));
		} catch (error) {
			expect((error as NodeJS.ErrnoException).code).toBe('EAGAIN');
		}
	}
}

function lineOf(number: number): string {
	return `${number} ${'x'.repeat(number % 100)}`;
}
