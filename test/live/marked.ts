import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { ledgerVersion, slotCount } from '../../src/keeper/ledger.ts';
import { native } from '../../src/native/index.ts';
import { Lines } from './lines.ts';

/** High half of a mark (native/core/mark.h); here the test is the keeper. */
const nonce = 0x41424344n << 32n;

/** Maps a ledger with that nonce, so that the addon knows a mark when it sees one. Once per file of tests. */
export function mapLedger(): ArrayBuffer {
	const path = `${tmpdir()}/archon-ledger-${process.pid}`;
	const fd = openSync(path, 'wx+');
	rmSync(path);
	ftruncateSync(fd, 4096 + slotCount * (4 + 8 + 40 + 160 + 32));
	writeSync(fd, Uint32Array.of(0x41524348, ledgerVersion, slotCount, process.pid, 0, Number(nonce >> 32n)));
	return native.mapLedger(fd) as ArrayBuffer;
}

type How = { readonly start?: number; readonly session?: boolean };

/** A child of the test; with the mark of a start and in a session of its own if that is said. */
export class Child {
	readonly pid: number;
	readonly process: ChildProcess;
	readonly said: Lines;
	/** Resolves when it was reaped. */
	readonly gone: Promise<unknown>;

	private constructor(process: ChildProcess) {
		this.process = process;
		this.pid = process.pid ?? 0;
		this.said = new Lines(process.stdout as Readable);
		this.gone = once(process, 'exit');
		onTestFinished(() => {
			process.kill('SIGKILL');
			// What it started may live on and hold the other end.
			process.stdout?.destroy();
		});
	}

	/** Runs `sh -c script` and resolves when it has said a word. */
	static async begin(
		script = 'echo ready; exec sleep 60',
		{ start, session = true }: How = {},
	): Promise<Child> {
		const mark = start === undefined ? 'unlimited' : String(nonce | BigInt(start));
		const args = [`--locks=${mark}:${mark}`, 'sh', '-c', script];
		const child = new Child(
			spawn('prlimit', args, { detached: session, stdio: ['pipe', 'pipe', 'inherit'] }),
		);
		await child.said.next();
		return child;
	}

	/** Ends it and resolves when it was reaped. */
	async end(): Promise<void> {
		this.process.kill('SIGKILL');
		await this.gone;
	}
}
