import { onTestFinished } from 'vitest';
import { native } from '../../../src/native/index.ts';
import { Poller } from '../../../src/native/poller.ts';
import type { Condition } from '../../../src/rules/condition.ts';
import type { Source, Want } from '../../../src/sources/source.ts';
import { until } from '../until.ts';

export const faults: unknown[] = [];

/** The addon's one epoll, under the test's own event loop. */
export const poller = new Poller(native);
poller.start((fault) => faults.push(fault));

export function want(type: Want['type'], when: Condition = {}, except: Condition = {}): Want {
	return { type, when, except };
}

/** What a source told, each as one line, and a wait for what is to come. */
export class Heard {
	readonly lines: string[] = [];
	readonly troubles: string[] = [];

	readonly ports = {
		native,
		poller,
		tell: (type: string, name: string, fields: readonly string[]) => {
			this.lines.push([type, name, ...fields].join(' '));
		},
		trouble: (text: string) => {
			this.troubles.push(text);
		},
		onFault: (fault: unknown) => {
			faults.push(fault);
		},
	};

	of(part: string): string[] {
		return this.lines.filter((line) => line.includes(part));
	}

	/** The first line with all of these in it, when it is there. */
	async line(...parts: readonly string[]): Promise<string> {
		const found = () => this.lines.find((line) => parts.every((part) => line.includes(part)));
		await until(() => found() !== undefined);
		return found() ?? '';
	}
}

/** Ends with the test. */
export function closing<T extends Source>(source: T): T {
	onTestFinished(() => source.close());
	return source;
}
