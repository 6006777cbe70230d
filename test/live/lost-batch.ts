import fs from 'node:fs';
import path from 'node:path';
import { slotCount } from '../../src/keeper/ledger.ts';
import type { Logger } from './logger.ts';

/** Of native/core/ledger.h: struct ledger_head, struct ledger_batch, and the first ledger_log. */
const keepersAt = 76;
const batch = { at: 192, piece: 8, held: 60, entry: 68, keepers: 200, bytes: 208 };
const heldAt = 4096 + 12 * slotCount + 32;

/** A batch of slot 0, whose bytes in flight are gone. */
export type LostBatch = {
	readonly phase: 'taken' | 'written';
	/** Its log is larger than where it began; else it had not come to a log. */
	readonly wasWritten?: boolean;
	/** Bytes of the line that was held before. */
	readonly held: number;
};

/** As if an archon-log had died amid a batch of standard output of slot 0, whose log has this name, under the first keeper. */
export function leaveBatch(logger: Logger, name: string, { phase, wasWritten, held }: LostBatch): void {
	const { ino } = fs.statSync(path.join(logger.logs, `${name}.log`));
	const bytes = Buffer.alloc(batch.bytes);
	bytes.writeUInt32LE(phase === 'taken' ? 1 : 2);
	bytes.writeBigUInt64LE(BigInt(wasWritten === undefined ? 0 : ino), batch.piece + 8);
	bytes.writeUInt32LE(held, batch.held);
	bytes.write(`0.d.${name}.out`, batch.entry, 'latin1');
	bytes.writeUInt32LE(1, batch.keepers);
	fs.writeSync(logger.ledger, bytes, 0, bytes.length, batch.at);
}

/** From now on this is how many keepers had the ledger. */
export function setKeepers(logger: Logger, count: number): void {
	fs.writeSync(logger.ledger, Buffer.from(Uint32Array.of(count).buffer), 0, 4, keepersAt);
}

/** How many bytes of a line of standard output without its end are kept of slot 0. */
export function heldBytes(logger: Logger): number {
	const word = Buffer.alloc(4);
	fs.readSync(logger.ledger, word, 0, 4, heldAt);
	return word.readUInt32LE();
}
