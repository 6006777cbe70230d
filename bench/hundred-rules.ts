import type { Event } from '../src/events/event.ts';

export const ruleCount = 100;

/** A file of functions that every `bench.event` reaches; the one whose number it carries answers it. */
export const hundredRules = `
for i = 1, ${ruleCount} do
    rule("rule " .. i) {
        on  = "bench.event",
        act = function(event)
            if event.number == i and event.rss > 1000 then
                return restart { because = "number " .. i }
            end
        end,
    }
end
`;

/** The n-th of many events; it is answered by the last rule. */
export function benchEvent(seq: number): Event {
	const fields = [`number=${ruleCount}`, 'rss=123456789'];
	return { seq, time: Date.now(), type: 'bench.event', name: 'web', fields };
}
