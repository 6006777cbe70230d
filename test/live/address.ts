import { randomInt } from 'node:crypto';

/** A loopback address that no other test has. */
export function loopback(): string {
	return `127.${randomInt(1, 255)}.${randomInt(0, 255)}.${randomInt(1, 255)}`;
}
