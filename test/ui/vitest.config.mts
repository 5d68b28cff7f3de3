import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Tests that drive a real workbench in a browser: one at a time, since each starts a server and a browser. */
export default defineConfig({
  cacheDir: resolve(import.meta.dirname, '../../node_modules/.vite-ui'),
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 240_000,
    allowOnly: false,
    // A busy machine takes its time to draw.
    expect: { poll: { timeout: 60_000 } },
  },
});
