/**
 * What the build makes of the TensorFlow.js probe: source (from the repository root), what it becomes in dist/, and
 * esbuild's options. All of it runs inside the user's Node process, so for Node 20 and newer.
 */
const theirs = { platform: 'node', target: 'node20', format: 'cjs' };

/** Threads of the WebAssembly backend do not work in Node, and their scripts are a tenth of the bundle. */
const withoutThreads = {
  name: 'without-threads',
  setup(build) {
    build.onResolve({ filter: /wasm-threaded-simd(\.worker)?\.js$/ }, (args) => ({
      path: args.path,
      namespace: 'without-threads',
    }));
    build.onLoad({ filter: /.*/, namespace: 'without-threads' }, () => ({
      contents: "export const wasmWorkerContents = ''; export default undefined;",
    }));
  },
};

export const bundles = [
  { from: 'src/probes/tfjs/preload.ts', to: 'probes/tfjs/preload.cjs', ...theirs },
  { from: 'src/probes/tfjs/transport/worker.ts', to: 'probes/tfjs/worker.cjs', ...theirs },
  {
    from: 'src/probes/tfjs/loading/resolveHook.ts',
    to: 'probes/tfjs/resolveHook.mjs',
    ...theirs,
    format: 'esm',
  },
  {
    from: 'src/probes/tfjs/backend/index.ts',
    to: 'probes/tfjs/tensorflow.cjs',
    ...theirs,
    minify: true,
    keepNames: true,
    sourcemap: false,
    legalComments: 'none',
    mainFields: ['module', 'main'],
    plugins: [withoutThreads],
  },
];

/** Files that ship as they are. */
export const copies = [
  { from: 'src/probes/tfjs/backend/embedded.cjs', to: 'probes/tfjs/embedded.cjs' },
  { from: 'src/probes/tfjs/backend/quiet.cjs', to: 'probes/tfjs/quiet.cjs' },
  { from: 'src/probes/tfjs/backend/embeddedNode.cjs', to: 'probes/tfjs/embeddedNode.cjs' },
  {
    from: 'node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm',
    to: 'probes/tfjs/tfjs-backend-wasm-simd.wasm',
  },
];
