import { defineConfig } from 'vitest/config';

// Three speeds: pure (most files), session (conversations with a daemon on a socket of its own) and
// live (real programs under the real keeper, and the toolchain). A test that fails is never tried again.
const projects = {
	pure: { include: ['test/**/*.test.ts'], exclude: ['test/{session,live,toolchain}/**'] },
	session: { include: ['test/session/**/*.test.ts'] },
	live: { include: ['test/{live,toolchain}/**/*.test.ts'] },
};

export default defineConfig({
	test: {
		retry: 0,
		pool: 'forks',
		maxWorkers: 2,
		testTimeout: 20_000,
		hookTimeout: 20_000,
		// Not 1 s, as it would be: the limit is the test's own.
		expect: { poll: { timeout: 18_000 } },
		coverage: { provider: 'v8', include: ['src/**'] },
		projects: Object.entries(projects).map(([name, files]) => ({ extends: true, test: { name, ...files } })),
	},
});
