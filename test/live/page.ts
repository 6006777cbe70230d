import { createServer as createHttp, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A server whose answer the test sets; how often it was asked, and how many of that at a time. */
export class Page {
	status = 200;
	/** What the next ones are answered before that; 0: nothing. */
	readonly next: number[] = [];
	asked = 0;
	now = 0;
	most = 0;
	readonly #server: Server;

	private constructor() {
		this.#server = createHttp((_, response) => {
			this.asked++;
			this.now++;
			this.most = Math.max(this.most, this.now);
			response.on('close', () => this.now--);
			const status = this.next.shift() ?? this.status;
			if (status > 0) {
				response.writeHead(status).end();
			}
		});
	}

	static async open(): Promise<Page> {
		const page = new Page();
		await new Promise<void>((resolve) => page.#server.listen(0, '127.0.0.1', resolve));
		onTestFinished(() => {
			page.#server.closeAllConnections();
			page.#server.close();
		});
		return page;
	}

	get url(): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
	}
}
