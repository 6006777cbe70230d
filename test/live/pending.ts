import { mkdirSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { formatArgs } from '../../src/protocol/args.ts';
import { joinRecord } from '../../src/protocol/join.ts';
import type { Archon } from '../archon.ts';
import { ask, rows } from '../session/ask.ts';
import { type Client, client } from './client.ts';
import { Told } from './told.ts';

/** Each of the requests that outlive the daemon, on a connection of its own, a `Ping` behind it: they wait for `go`. */
export class Pending {
	/** What is to be configured. */
	readonly toml: string;
	readonly #label: string;
	readonly #go: string;
	readonly #told: Told;
	readonly #requests: readonly (readonly [record: readonly string[], reply: string])[];
	#clients: readonly Client[] = [];

	/** `label` tells several in one archon apart. */
	constructor(directory: string, label: string) {
		const folder = `${directory}/${label}`;
		mkdirSync(folder);
		this.#label = label;
		this.#go = `${folder}/go`;
		this.#told = new Told(folder);
		const hold = `until [ -e ${this.#go} ]; do sleep 0.02; done`;
		const begins = `echo up > ${this.#told.path}; ${hold}; echo ready; exec sleep 60`;
		const ends = `trap 'echo down > ${this.#told.path}; ${hold}; exit 0' TERM; while :; do sleep 0.02; done`;
		const service = (name: string, script: string, more: string) =>
			`[service.${name}-${label}]\nrun = ["sh", "-c", ${JSON.stringify(script)}]\n${more}\n`;
		this.toml =
			service('begins', begins, 'ready = "log:^ready"\nmanual = true') +
			service('ends', ends, 'stop.timeout = "60s"') +
			service('again', ends, 'stop.timeout = "60s"');
		const run = formatArgs(['sh', '-c', `echo up > ${this.#told.path}; ${hold}; exit 3`]);
		const daemon = formatArgs(['sh', '-c', begins]);
		this.#requests = [
			[['Run', run, `ARCHON_NAME=run-${label}`], 'ExitStatus,3'],
			[['StartDaemon', daemon, `ARCHON_NAME=daemon-${label}`, 'ARCHON_READY=log:^ready'], 'Ok'],
			[['Start', `begins-${label}`], 'Ok'],
			[['Stop', `ends-${label}`], 'Ok'],
			[['Restart', `again-${label}`], 'Ok'],
			[['Wait', `ends-${label}`, 'stopped'], 'Ok'],
		];
	}

	/** Connects the clients; the daemon has taken them. */
	async connect(archon: Archon): Promise<void> {
		for (const name of ['ends', 'again']) {
			expect(await ask(archon, 'Wait', `${name}-${this.#label}`, 'running')).toBe('Ok');
		}
		this.#clients = await Promise.all(this.#requests.map(() => client(archon)));
		await ask(archon, 'Ping');
	}

	async say(): Promise<void> {
		for (const [i, [record]] of this.#requests.entries()) {
			await this.#clients[i]?.say(`${joinRecord(record)}\nPing\n`);
		}
	}

	/** Resolves when all are under way. */
	async underWay(): Promise<void> {
		const said: string[] = [];
		while (said.length < 5) {
			said.push(await this.#told.next());
		}
		expect(said.sort()).toEqual(['down', 'down', 'up', 'up', 'up']);
	}

	go(): void {
		writeFileSync(this.#go, '');
	}

	/** Each has its reply, once, and so has what is behind it. */
	async replied(): Promise<void> {
		for (const [i, [, reply]] of this.#requests.entries()) {
			const { socket, hear } = this.#clients[i] as Client;
			expect(await hear(2)).toEqual([reply, 'Ok']);
			socket.end('Ping\n');
			expect(await hear(2)).toEqual(['Ok', undefined]);
		}
	}

	/** What they ask for was done, once. */
	async done(archon: Archon): Promise<void> {
		const started = await rows(archon, 'Events', `names=*-${this.#label}`, 'types=process.started');
		const names = started.map(({ name }) => name?.split('-')[0]);
		expect(names.sort()).toEqual(['again', 'again', 'begins', 'daemon', 'ends', 'run']);
		const states = await rows(archon, 'Status', `*-${this.#label}`);
		expect(states.map(({ name, state }) => `${name?.split('-')[0]} ${state}`).sort()).toEqual([
			...['again running', 'begins running', 'daemon running', 'ends stopped'],
		]);
	}
}
