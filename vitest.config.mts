import { defineConfig } from 'vitest/config';

/** Unit tests: everything that needs neither VS Code nor a browser. They run on 2 cores. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/host/**', 'test/ui/**', 'test/corpus/**'],
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    // A test waits for what it expects; these only end one that waits in vain, on a machine that has other work too.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    allowOnly: false,
  },
});
