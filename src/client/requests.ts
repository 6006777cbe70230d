/* Generated from the request registry (src/requests) by npm run docs. */

import type { AllocatePortRow, ConfigRow, HelpRow, ImpactRow, LogsRow, ReloadRow, RulesRow, SaveRow, SocketsRow, StatusRow, TreeRow, UsageRow, VersionRow, WhyRow } from './rows.ts';
import { type Duration, durationText } from './text.ts';

/** What a method asks with: the fields behind the name, of which the last ones may be missing, and `key=value` settings. */
export type Ask = <R>(
	request: string,
	fields: readonly (string | number | undefined)[],
	settings?: { readonly [key: string]: string | number | Date | undefined },
) => Promise<R>;

/** The requests, each a method that resolves with its rows when there are any. */
export class Requests {
	readonly #ask: Ask;

	protected constructor(ask: Ask) {
		this.#ask = ask;
	}

	/** Watch a process that archon did not start, by its number. */
	async monitorPid(pid: string, name?: string): Promise<void> {
		await this.#ask<void>('MonitorPid', [pid, name]);
	}

	/** Start what is not running, what it requires and wants first, and reply when it is ready. */
	async start(name: string): Promise<void> {
		await this.#ask<void>('Start', [name]);
	}

	/** Stop what requires it (to return with it), ask it to end, kill what is left after the timeout; replies when all of it is gone. */
	async stop(name: string, options: { readonly timeout?: Duration | undefined } = {}): Promise<void> {
		await this.#ask<void>('Stop', [name, options.timeout === undefined ? undefined : durationText(options.timeout)]);
	}

	/** End what runs and start it again, what requires it as well; replies when it is ready. */
	async restart(name: string): Promise<void> {
		await this.#ask<void>('Restart', [name]);
	}

	/** Do what the key reload of a service says; replies when that is done, and it is ready again. */
	async refresh(name: string): Promise<void> {
		await this.#ask<void>('Refresh', [name]);
	}

	/** Send a signal to the main process alone. */
	async signal(name: string, signal: string | number): Promise<void> {
		await this.#ask<void>('Signal', [name, signal]);
	}

	/** Freeze a process and everything it started, until Resume. */
	async pause(name: string): Promise<void> {
		await this.#ask<void>('Pause', [name]);
	}

	/** Let a paused process go on. */
	async resume(name: string): Promise<void> {
		await this.#ask<void>('Resume', [name]);
	}

	/** Reply when a process (of a group: each member) is in that state, or say why it will not be. */
	async wait(name: string, state: 'waiting' | 'starting' | 'running' | 'stopping' | 'stopped' | 'exited' | 'backoff' | 'failed' | 'paused', options: { readonly timeout?: Duration | undefined } = {}): Promise<void> {
		await this.#ask<void>('Wait', [name, state, options.timeout === undefined ? undefined : durationText(options.timeout)]);
	}

	/** Forget a process that is stopped, exited or failed, and free its name. */
	async remove(name: string): Promise<void> {
		await this.#ask<void>('Remove', [name]);
	}

	/** Have a daemon require another process (or want it, or only start after it) from its next start or the end of the other on; lasts until Undepend or Shutdown. */
	async depend(name: string, on: string, options: { readonly kind?: 'requires' | 'wants' | 'after' | undefined } = {}): Promise<void> {
		await this.#ask<void>('Depend', [name, on, options.kind]);
	}

	/** Take back what Depend added. */
	async undepend(name: string, on: string): Promise<void> {
		await this.#ask<void>('Undepend', [name, on]);
	}

	/** Say what a Start, Stop or Restart would stop, start and keep, in that order, without doing it. */
	async impact(request: 'Start' | 'Stop' | 'Restart', name: string): Promise<ImpactRow[]> {
		return await this.#ask<ImpactRow[]>('Impact', [request, name]);
	}

	/** Show the configuration in force, each value with where it comes from. */
	async config(): Promise<ConfigRow[]> {
		return await this.#ask<ConfigRow[]>('Config', []);
	}

	/** Read the configuration again and touch only what changed; with dry-run only say what that would be. */
	async reload(options: { readonly dryRun?: boolean | undefined } = {}): Promise<ReloadRow[]> {
		return await this.#ask<ReloadRow[]>('Reload', [options.dryRun ? 'dry-run' : undefined]);
	}

	/** Say what each process is doing. */
	async status(name?: string): Promise<StatusRow[]> {
		return await this.#ask<StatusRow[]>('Status', [name]);
	}

	/** Say what each process takes up with all that it started: bytes in memory, percent of a core, open files. */
	async usage(name?: string): Promise<UsageRow[]> {
		return await this.#ask<UsageRow[]>('Usage', [name]);
	}

	/** Show the tree of processes, with the name and state of each that has one. */
	async tree(): Promise<TreeRow[]> {
		return await this.#ask<TreeRow[]>('Tree', []);
	}

	/** Show the sockets that archon keeps: for whom, how many connections wait to be accepted, which process was seen to accept last (given:PID where none was: that process has it); and the ports that it has chosen. */
	async sockets(): Promise<SocketsRow[]> {
		return await this.#ask<SocketsRow[]>('Sockets', []);
	}

	/** Get the socket that archon keeps at an address for the service of the process that asks; it comes along with the Ok. */
	async bindFD(address: string, options: { readonly v6only?: boolean | undefined } = {}): Promise<void> {
		await this.#ask<void>('BindFD', [address, options.v6only ? 'v6only' : undefined]);
	}

	/** Choose a port that is free for a process, which keeps it until it is stopped or ends for good. */
	async allocatePort(holder: string, options: { readonly range?: string | undefined } = {}): Promise<AllocatePortRow[]> {
		return await this.#ask<AllocatePortRow[]>('AllocatePort', [holder, options.range]);
	}

	/** Give back a port that AllocatePort has chosen. */
	async releasePort(port: string): Promise<void> {
		await this.#ask<void>('ReleasePort', [port]);
	}

	/** Say in sentences why a process is in its state, what it waits for and what would change that. */
	async why(name: string): Promise<WhyRow[]> {
		return await this.#ask<WhyRow[]>('Why', [name]);
	}

	/** Show a daemon as a [service] table for the configuration file. */
	async save(name: string): Promise<SaveRow[]> {
		return await this.#ask<SaveRow[]>('Save', [name]);
	}

	/** Show the last lines that processes wrote (100 unless lines= says otherwise), and with follow new ones. */
	async logs(name: string, options: { readonly lines?: number | undefined; readonly since?: string | Date | undefined; readonly stream?: 'stdout' | 'stderr' | 'archon' | undefined } = {}): Promise<LogsRow[]> {
		return await this.#ask<LogsRow[]>('Logs', [name], { lines: options.lines, since: options.since, stream: options.stream });
	}

	/** Show the rules in force, how often and when each has fired, and its latest error. */
	async rules(): Promise<RulesRow[]> {
		return await this.#ask<RulesRow[]>('Rules', []);
	}

	/** Answer, to say that the daemon is there. */
	async ping(): Promise<void> {
		await this.#ask<void>('Ping', []);
	}

	/** Say which archon this is and what it runs on. */
	async version(): Promise<VersionRow[]> {
		return await this.#ask<VersionRow[]>('Version', []);
	}

	/** Say which requests there are and how each is written. */
	async help(request?: string): Promise<HelpRow[]> {
		return await this.#ask<HelpRow[]>('Help', [request]);
	}

	/** Exchange the daemon, and archond itself, for what is installed by now, under the running processes. */
	async upgrade(): Promise<void> {
		await this.#ask<void>('Upgrade', []);
	}

	/** Stop everything but foreign processes, reply, and exit. */
	async shutdown(): Promise<void> {
		await this.#ask<void>('Shutdown', []);
	}

	/** As process 1: stop everything, reply, kill what is left, and start the machine anew. */
	async reboot(): Promise<void> {
		await this.#ask<void>('Reboot', []);
	}

	/** As process 1: stop everything, reply, kill what is left, and switch the machine off. */
	async powerOff(): Promise<void> {
		await this.#ask<void>('PowerOff', []);
	}

	/** As process 1: stop everything, reply, kill what is left, and halt the machine. */
	async halt(): Promise<void> {
		await this.#ask<void>('Halt', []);
	}
}
