import type { CustomType } from '../events/event.ts';

/**
 * What a rule asks for, as data: Lua never touches a process, the daemon carries these out. Texts are latin1, a
 * character per byte. Where `name` may be undefined, the process of the event is meant. `because` is told in the event
 * `rule.fired`.
 */
export type Action = (
	| { readonly do: 'start' | 'restart' | 'pause' | 'resume'; readonly name: string | undefined }
	/** `timeout` in milliseconds, as in the request `Stop`. */
	| { readonly do: 'stop'; readonly name: string | undefined; readonly timeout: number | undefined }
	| { readonly do: 'signal'; readonly name: string | undefined; readonly signal: number }
	/** A `Run` of its own, `as` the name it is to have; `env` are `key=value`. */
	| {
			readonly do: 'run';
			readonly args: readonly string[];
			readonly env: readonly string[];
			readonly as: string | undefined;
	  }
	/** `pid` undefined: that of the event. */
	| { readonly do: 'monitor'; readonly pid: number | undefined; readonly name: string | undefined }
	| {
			readonly do: 'depend';
			readonly name: string | undefined;
			readonly on: string;
			readonly kind: 'requires' | 'wants' | 'after';
	  }
	| { readonly do: 'undepend'; readonly name: string | undefined; readonly on: string }
	| {
			readonly do: 'emit';
			readonly type: CustomType;
			readonly name: string | undefined;
			/** Ready `key=value` texts. */
			readonly fields: readonly string[];
	  }
	| { readonly do: 'log'; readonly level: 'error' | 'warn' | 'info' | 'debug'; readonly text: string }
	/** Refuses what the event asks permission for; the reason is `because`. */
	| { readonly do: 'fail' }
	| { readonly do: 'allow' }
) & { readonly because: string | undefined };
