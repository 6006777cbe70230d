import { defineConfig } from 'vitest/config';

// Three speeds: pure (most files: no daemon), session (recorded conversations against a daemon on
// a socket of its own) and live (real programs under the real keeper). A test that fails is never tried again.
const real = { testTimeout: 20_000, hookTimeout: 20_000 };

export default defineConfig({
	test: {
		retry: 0,
		pool: 'forks',
		maxWorkers: 2,
		coverage: { provider: 'v8', include: ['src/**'], reportsDirectory: 'coverage' },
		projects: [
			project('pure', ['test/**/*.test.ts'], { exclude: ['test/session/**', 'test/live/**'] }),
			project('session', ['test/session/**/*.test.ts'], real),
			project('live', ['test/live/**/*.test.ts'], real),
		],
	},
});

function project(name: string, include: string[], more: object) {
	return { extends: true as const, test: { name, include, ...more } };
}
