import { formatPortRange, type PortRange, parsePortRange } from '../service/port-range.ts';
import { isPortName } from '../service/port-words.ts';
import { type Reader, word } from './reader.ts';

/** Where ports are taken from. */
export const portRange: Reader<PortRange> = word(
	'two ports from 1 to 65535 ("20000-29999")',
	parsePortRange,
	formatPortRange,
);

/** What a service calls one of its ports. */
export const portName: Reader<string> = word(
	'a name of at most 32 letters, digits and _-, the first a letter',
	(given) => (isPortName(given) ? given : undefined),
	(value) => value,
);
