import { type Refusal, refuse } from './refusal.ts';

let isOn = false;

/**
 * A regular expression that takes time in proportion to what it looks at, whatever it is: V8's engine without
 * backtracking (flag `l`). Refused is what that cannot do, look-around and back references, and what is none at all.
 */
export function linearPattern(pattern: string): RegExp | Refusal {
	if (!isOn) {
		isOn = true;
		// Loaded when first needed: it takes 15 ms.
		process.getBuiltinModule('node:v8').setFlagsFromString('--enable-experimental-regexp-engine');
	}
	try {
		return new RegExp(pattern, 'l');
	} catch (error) {
		const why = (error as Error).message;
		return refuse(
			why.endsWith('Cannot be executed in linear time')
				? 'look-around, back references and counts above 16 are not possible here'
				: why,
		);
	}
}
