/**
 * What a daemon is made to load before its own program: it kills itself at the step that the order in a file says. A step
 * is all by which a process that dies is survived: what it writes into files, into the ledger, and says to others.
 */
const fs = require('node:fs');
const files = { ...fs };

/** Makes a daemon that obeys the file `path`. */
exports.obey = (path) => {
	const steps = new Steps(path);
	strikeFiles(steps);
	strikeLedger(steps);
	strikeNative(steps);
};

class Steps {
	#path;
	#id;
	#hasBegun = false;
	#count = 0;

	constructor(path) {
		this.#path = path;
	}

	/** Does what it is told to, and dies before, amid or after it where that is the order. */
	take(what, act, half) {
		const order = this.#order();
		if (order === undefined) {
			return act();
		}
		const step = what();
		const dies = this.#isIt(order, step) && this.#claim();
		if (this.#hasBegun) {
			// A line each, escaped: what is written may be any bytes.
			files.appendFileSync(`${this.#path}.steps`, `${JSON.stringify(step)}\n`);
		}
		if (!dies) {
			return act();
		}
		if (order.when === 'amid') {
			half?.();
		} else if (order.when === 'after') {
			act();
		}
		if (order.withKeeper) {
			process.kill(process.ppid, 'SIGKILL');
		}
		process.kill(process.pid, 'SIGKILL');
	}

	#order() {
		try {
			return files.existsSync(this.#path) ? JSON.parse(files.readFileSync(this.#path, 'utf8')) : undefined;
		} catch {
			return undefined;
		}
	}

	/** The steps from `begin` on are noted; it is the `nth` that is like `at`. */
	#isIt({ id, begin, at, nth }, step) {
		if (this.#id !== id) {
			this.#id = id;
			this.#hasBegun = false;
			this.#count = 0;
		}
		this.#hasBegun ||= new RegExp(begin, 's').test(step);
		if (!this.#hasBegun) {
			return false;
		}
		this.#count += new RegExp(at, 's').test(step) ? 1 : 0;
		return this.#count === nth;
	}

	/** Whoever gave the order may take it back until now. */
	#claim() {
		try {
			files.renameSync(this.#path, `${this.#path}.done`);
			return true;
		} catch {
			return false;
		}
	}
}

function strikeFiles(steps) {
	const write = fs.writeSync;
	fs.writeSync = (fd, data, ...rest) =>
		steps.take(
			() => `writing ${text(data)} to ${fileOf(fd)}`,
			() => write(fd, data, ...rest),
			() => {
				const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
				write(fd, bytes, 0, bytes.length >> 1, typeof rest[2] === 'number' ? rest[2] : null);
			},
		);
	for (const name of ['renameSync', 'ftruncateSync', 'mkdirSync', 'rmdirSync', 'unlinkSync', 'rmSync']) {
		const real = fs[name];
		fs[name] = (...args) =>
			steps.take(
				() => `${name} of ${args[0]}`,
				() => real(...args),
			);
	}
}

function strikeLedger(steps) {
	for (const name of ['store', 'exchange']) {
		const real = Atomics[name];
		Atomics[name] = (words, at, value) =>
			words.buffer instanceof SharedArrayBuffer
				? real(words, at, value)
				: steps.take(
						() => `the ledger's ${wordOf(at)} = ${value}`,
						() => real(words, at, value),
					);
	}
}

const told = [
	'consume',
	'consumeMarked',
	'receive',
	'accept',
	'send',
	'sendText',
	'sendDescriptor',
	'hangUp',
	'channelSend',
	'channelTake',
	'spawn',
	'pidfdSignal',
	'mkfifo',
	'eventfdWrite',
];

function strikeNative(steps) {
	const { dlopen } = process;
	process.dlopen = (module, ...rest) => {
		dlopen(module, ...rest);
		const native = module.exports;
		const struck = Object.fromEntries(
			told.map((name) => [
				name,
				(...args) =>
					steps.take(
						() => (name === 'spawn' ? name : `${name} ${args.map(text)}`),
						() => native[name](...args),
					),
			]),
		);
		module.exports = new Proxy({}, { get: (_, name) => struck[name] ?? native[name] });
	};
}

function fileOf(fd) {
	try {
		return files.readlinkSync(`/proc/self/fd/${fd}`);
	} catch {
		return String(fd);
	}
}

function text(it) {
	if (typeof it === 'string') return it;
	return Buffer.isBuffer(it) ? it.toString('latin1') : JSON.stringify(it);
}

/** What a word of the ledger is (native/core/ledger.h), whichever slot or connection it is of. */
function wordOf(at) {
	const [slots, connections] = [214_016, 869_376];
	if (at >= connections) return `connection[${(at - connections) % 8}]`;
	if (at >= slots) return `slot[${(at - slots) % 40}]`;
	return at >= 1024 && at < 1024 + 16_384 ? 'pids' : `word ${at}`;
}
