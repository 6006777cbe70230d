import { loadConfig, type Ports } from './load.ts';
import { areMistakes, formatMistake } from './mistake.ts';

/** `archond --check FILE`: tells each mistake as a line of latin1, `FILE:LINE: key: what`, and gives the exit code. */
export async function checkFile(file: string, ports: Ports, say: (line: string) => void): Promise<0 | 1> {
	const result = await loadConfig(file, true, ports);
	if (!areMistakes(result)) {
		return 0;
	}
	for (const mistake of result) {
		say(formatMistake(mistake));
	}
	return 1;
}
