import { once } from 'node:events';
import { expect, test } from 'vitest';
import { Bus } from '../../src/events/bus.ts';
import { openJournal, publish, scratch, short } from './scratch.ts';

function busOf() {
	const journal = openJournal(scratch());
	return { journal, bus: new Bus(journal) };
}

test('An event is in the journal before a listener sees it, and seen before publish returns.', () => {
	const { journal, bus } = busOf();
	const seen: unknown[] = [];
	bus.follow((event) => {
		expect([...journal.read(event.seq - 1)]).toEqual([event]);
		seen.push(event);
	});
	const event = publish(bus, 'process.exited', 'web', ['pid=1', 'exit=0'], { ring: 'runs', time: 7 });
	expect(event).toEqual({
		seq: 1,
		time: 7,
		type: 'process.exited',
		name: 'web',
		fields: ['pid=1', 'exit=0'],
	});
	expect(seen).toEqual([event]);
});

test('Who asks for it is told when all that was published together has been told.', () => {
	const { bus } = busOf();
	const heard: (number | string)[] = [];
	const leave = bus.follow(
		({ seq }) => {
			heard.push(seq);
			if (seq === 1) {
				publish(bus, 'timer', '-', []);
			}
		},
		() => heard.push('settled'),
	);
	const draft = { type: 'timer', name: '-', fields: [] } as const;
	bus.publish([draft, draft]);
	publish(bus, 'timer', '-', []);
	leave();
	publish(bus, 'timer', '-', []);
	expect(heard).toEqual([1, 2, 3, 'settled', 4, 'settled']);
});

test('Who has left hears nothing more.', () => {
	const { bus } = busOf();
	const heard: number[] = [];
	const leave = bus.follow(({ seq }) => heard.push(seq));
	publish(bus, 'timer', '-', []);
	leave();
	publish(bus, 'timer', '-', []);
	expect(heard).toEqual([1]);
});

test('A listener that throws does not hurt the others, and its mistake is shown.', async () => {
	const { bus } = busOf();
	const heard: number[] = [];
	bus.follow(() => {
		throw new Error('listener is broken');
	});
	bus.follow(({ seq }) => heard.push(seq));
	const warned = once(process, 'warning');
	expect(publish(bus, 'timer', '-', []).seq).toBe(1);
	publish(bus, 'timer', '-', []);
	expect(heard).toEqual([1, 2]);
	const [warning] = await warned;
	expect(String(warning)).toContain('listener is broken');
});

test('What a listener publishes is heard by all in the order of the numbers.', () => {
	const { journal, bus } = busOf();
	const heard: number[] = [];
	bus.follow(({ seq }) => {
		if (seq < 4) {
			expect(publish(bus, 'rule.fired', '-', [`cause=${seq}`]).seq).toBe(seq + 1);
		}
	});
	bus.follow(({ seq }) => heard.push(seq));
	publish(bus, 'timer', '-', []);
	expect(heard).toEqual([1, 2, 3, 4]);
	expect(short(journal.read(0))).toEqual([1, 2, 3, 4]);
});

test('Who comes while an event is told hears only what is published after.', () => {
	const { bus } = busOf();
	const heard: number[] = [];
	const leave = bus.follow(() => {
		leave();
		publish(bus, 'timer', '-', []);
		bus.follow(({ seq }) => heard.push(seq));
	});
	publish(bus, 'timer', '-', []);
	publish(bus, 'timer', '-', []);
	expect(heard).toEqual([3]);
});
