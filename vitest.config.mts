import { configDefaults, defineConfig } from 'vitest/config';
import { environment } from './scripts/setup/environment.mjs';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(process.env.TESTS === 'all' ? [] : ['test/**/*.slow.test.ts'])],
    globalSetup: ['test/support/run-directory.ts'],
    setupFiles: ['test/support/setup.ts'],
    env: environment(),
    // Two workers on two cores; a lab host or an evaluation inside one file is bounded by that file's own limits.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
  },
});
