/** However a script comes to its TensorFlow.js. */
import fs from 'node:fs';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { formatText } from '../../../src/protocol/values.js';
import {
  all,
  buildProbe,
  first,
  lineOf,
  nodes,
  observe,
  series,
  Workspace,
  type Observed,
} from './harness.js';
import { IMPORT, LOOP, REQUIRE } from './scripts.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const SCOPE = path.join(ROOT, 'node_modules', '@tensorflow');

let probe: string;
let workspace: Workspace;

beforeAll(async () => (probe = await buildProbe()));
beforeEach(() => void (workspace = new Workspace()));
afterEach(() => workspace.remove());

function losses(stdout: string): number[] {
  return stdout.split('\n').slice(0, 30).map(Number);
}

function reason({ messages }: Observed): string {
  const { reason: why } = first(messages, 'runtime');
  return why ? formatText(why) : '';
}

/** The package as `--ignore-scripts` or a failed download leaves it: its JavaScript, and no binding. */
function installUnbound(name: string): void {
  const index = `
    'use strict';
    const fs = require('fs');
    const path = require('path');
    const bindingPath = path.join(__dirname, '../lib/napi-v8/tfjs_binding.node');
    if (!fs.existsSync(bindingPath)) {
      throw new Error("The Node.js native addon module (tfjs_binding.node) can not be found at path: " + bindingPath);
    }
  `;
  workspace.write({
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: '4.22.0', main: 'dist/index.js' }),
    [`node_modules/${name}/dist/index.js`]: index,
  });
}

/** A package whose binding is there and does not load. */
function installBroken(name: string): void {
  workspace.write({
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: '4.22.0', main: 'dist/index.js' }),
    [`node_modules/${name}/dist/index.js`]:
      "require('@tensorflow/tfjs'); require('../lib/napi-v8/tfjs_binding.node');",
    [`node_modules/${name}/lib/napi-v8/tfjs_binding.node`]: 'not a shared object',
  });
}

/** What tfjs-node is to a script when its binding loads: the same API on a backend of its own. */
function installWorking(name: string): void {
  workspace.write({
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: '4.22.0', main: 'dist/index.js' }),
    [`node_modules/${name}/dist/index.js`]:
      "module.exports = { ...require('@tensorflow/tfjs'), node: { real: true } };",
    [`node_modules/${name}/lib/napi-v8/tfjs_binding.node`]: '',
  });
}

/** Each package of the scope for itself, so that others can be put beside them. */
function linkPure(): void {
  for (const name of fs.readdirSync(SCOPE))
    if (!name.startsWith('tfjs-node')) workspace.link(`@tensorflow/${name}`);
}

function installPure(): void {
  fs.mkdirSync(workspace.file('node_modules'), { recursive: true });
  fs.symlinkSync(SCOPE, workspace.file('node_modules/@tensorflow'), 'dir');
}

/** Files of its own, not links, of all that `@tensorflow/tfjs` is made of. */
function installCopy(folder: string): void {
  for (const name of fs.readdirSync(SCOPE)) {
    const target = workspace.file(`${folder}/node_modules/@tensorflow/${name}`);
    fs.cpSync(path.join(SCOPE, name, 'package.json'), path.join(target, 'package.json'));
    for (const file of fs.readdirSync(path.join(SCOPE, name, 'dist'))) {
      if (!file.endsWith('.node.js')) continue;
      fs.cpSync(path.join(SCOPE, name, 'dist', file), path.join(target, 'dist', file));
    }
  }
}

describe.each(nodes())("the script's own TensorFlow.js on %s", (node) => {
  it.each([
    ['train.cjs', REQUIRE],
    ['train.mjs', IMPORT],
  ])('is the one that runs: %s', async (script, head) => {
    installPure();
    workspace.write({ [script]: head + LOOP });
    const ran = await observe(workspace, { script, probe, node });
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/cpu \d+\s*$/);
    expect(series(ran.messages, 'loss')).toEqual(losses(ran.stdout));
    expect(first(ran.messages, 'hello').packages).toMatchObject({ '@tensorflow/tfjs-core': '4.22.0' });
    expect(first(ran.messages, 'optimizer').source).toMatchObject({ file: workspace.file(script) });
    expect(first(ran.messages, 'layers').layers[1]).toMatchObject({
      source: { line: lineOf(head + LOOP, 'units: 8') },
    });
    expect(reason(ran)).toMatch(/plain JavaScript backend.*TRAINING_DEBUGGER_BACKEND=embedded/);
  });

  it('gives way to the embedded one on request', async () => {
    installPure();
    workspace.write({ 'train.mjs': IMPORT + LOOP });
    const environment = { TRAINING_DEBUGGER_BACKEND: 'embedded' };
    const ran = await observe(workspace, { script: 'train.mjs', probe, node, environment });
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect(ran.stdout).toMatch(/wasm \d+\s*$/);
    expect(reason(ran)).toMatch(/asks for the built-in WebAssembly backend/);
  });
});

describe.each(nodes())('a native package without its binding on %s', (node) => {
  it.each([
    ['train.cjs', "const tf = require('@tensorflow/tfjs-node-gpu');\n"],
    ['train.mjs', "import * as tf from '@tensorflow/tfjs-node-gpu';\n"],
  ])('is replaced by the embedded backend, with advice: %s', async (script, head) => {
    installUnbound('@tensorflow/tfjs-node-gpu');
    workspace.write({ [script]: head + LOOP });
    const ran = await observe(workspace, { script, probe, node });
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect(ran.stdout).toMatch(/wasm \d+\s*$/);
    expect(series(ran.messages, 'loss')).toEqual(losses(ran.stdout));
    expect(reason(ran)).toMatch(
      /native binding of @tensorflow\/tfjs-node-gpu is missing.*npm rebuild @tensorflow\/tfjs-node-gpu/,
    );
  });

  it('is replaced when nothing of it is installed', async () => {
    workspace.write({ 'train.mjs': "import * as tf from '@tensorflow/tfjs-node';\n" + LOOP });
    const ran = await observe(workspace, { script: 'train.mjs', probe, node });
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect(reason(ran)).toMatch(/is not installed.*npm install @tensorflow\/tfjs-node$/);
  });
});

describe('the order of backends', () => {
  const HEAD = "const tf = require('@tensorflow/tfjs-node-gpu');\nconsole.error(tf.node.real);\n";

  it('says what a binding that does not load said', async () => {
    linkPure();
    installBroken('@tensorflow/tfjs-node-gpu');
    workspace.write({ 'train.cjs': "const tf = require('@tensorflow/tfjs-node-gpu');\n" + LOOP });
    const ran = await observe(workspace, { script: 'train.cjs', probe });
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect(reason(ran)).toMatch(/@tensorflow\/tfjs-node-gpu does not load \(.+\)/);
  });

  it('is tfjs-node where tfjs-node-gpu does not load', async () => {
    linkPure();
    installUnbound('@tensorflow/tfjs-node-gpu');
    installWorking('@tensorflow/tfjs-node');
    workspace.write({ 'train.cjs': HEAD + LOOP });
    const ran = await observe(workspace, { script: 'train.cjs', probe });
    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(/^true\n/);
    expect(reason(ran)).toMatch(/tfjs-node-gpu does not load, so the script runs on @tensorflow\/tfjs-node,/);
  });

  it('can be declined: the error is the one of the package, with advice', async () => {
    installUnbound('@tensorflow/tfjs-node');
    workspace.write({ 'train.cjs': "const tf = require('@tensorflow/tfjs-node');\n" + LOOP });
    const environment = { TRAINING_DEBUGGER_FALLBACK: 'off' };
    const ran = await observe(workspace, { script: 'train.cjs', probe, environment });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/tfjs_binding\.node\) can not be found/);
    expect(first(ran.messages, 'exception').message).toMatch(/tfjs_binding\.node\) can not be found/);
    expect(formatText(first(ran.messages, 'notice').message)).toMatch(/TRAINING_DEBUGGER_FALLBACK=off/);
  });
});

describe('what only tfjs-node has', () => {
  it('is named where it is missing, and files work', async () => {
    const source = `
      const tf = require('@tensorflow/tfjs-node');
      try { tf.node.decodeImage(new Uint8Array(3)); } catch (error) { console.log(error.message); }
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
      model.save(tf.io.fileSystem('saved'))
        .then(() => tf.loadLayersModel(tf.io.fileSystem('saved/model.json')))
        .then((loaded) => console.log(loaded.countParams()));
    `;
    workspace.write({ 'files.cjs': source });
    const { stdout, stderr } = await observe(workspace, { script: 'files.cjs', probe });
    expect(stderr).toBe('');
    expect(stdout).toMatch(
      /^tf\.node\.decodeImage is not available on the built-in WebAssembly backend\. .*tfjs-node.*\n3\n$/,
    );
  });
});

describe('other ways', () => {
  it('TypeScript that Node runs itself', async () => {
    const source = `${IMPORT}const many: number = 30;\n${LOOP.replace('step < 30', 'step < many')}`;
    workspace.write({ 'train.mts': source });
    const ran = await observe(workspace, { script: 'train.mts', probe, nodeArgs: ['--no-warnings'] });
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect(series(ran.messages, 'loss')).toEqual(losses(ran.stdout));
    expect(first(ran.messages, 'optimizer').source).toMatchObject({
      file: workspace.file('train.mts'),
      line: lineOf(source, 'tf.train.adam'),
    });
  });

  it('TypeScript that a compiler made JavaScript of, by its source map', async () => {
    const source = `${IMPORT}interface Unused { a: number }\n\n\nconst many: number = 30;\n${LOOP.replace('step < 30', 'step < many')}`;
    workspace.write({ 'src/train.ts': source });
    await esbuild.build({
      entryPoints: [workspace.file('src/train.ts')],
      outfile: workspace.file('out/train.mjs'),
      format: 'esm',
      sourcemap: true,
    });
    const ran = await observe(workspace, { script: 'out/train.mjs', probe });
    expect(first(ran.messages, 'optimizer').source).toMatchObject({
      file: workspace.file('src/train.ts'),
      line: lineOf(source, 'tf.train.adam'),
    });
  });

  it('a script that a bundler made one file of, TensorFlow.js and all', async () => {
    workspace.write({ 'train.mjs': IMPORT + LOOP });
    await esbuild.build({
      entryPoints: [workspace.file('train.mjs')],
      outfile: workspace.file('bundle.cjs'),
      bundle: true,
      platform: 'node',
      nodePaths: [path.join(ROOT, 'node_modules')],
      logLevel: 'error',
    });
    const ran = await observe(workspace, { script: 'bundle.cjs', probe });
    expect(ran.code).toBe(0);
    expect(series(ran.messages, 'loss')).toEqual(losses(ran.stdout));
    expect(first(ran.messages, 'parameters').parameters.map(({ shape }) => shape)).toEqual([
      [4, 8],
      [8],
      [8, 3],
      [3],
    ]);
    expect(series(ran.messages, 'gradNorm')[0]).toBeGreaterThan(0);
    expect(all(ran.messages, 'notice').map(({ code }) => code)).toContain('bundled');
  });

  it('two copies of TensorFlow.js in one process', async () => {
    for (const copy of ['first', 'second']) {
      installCopy(copy);
      // Both share the engine, and so the names of variables.
      const named = LOOP.replaceAll('units:', `name: '${copy}' + layer++, units:`);
      const script = `${REQUIRE}let layer = 0;${named.replaceAll('console.log(', `console.log('${copy}', `)}`;
      workspace.write({ [`${copy}/train.cjs`]: script });
    }
    for (const name of ['long', 'seedrandom', 'node-fetch', 'string_decoder']) workspace.link(name);
    workspace.write({ 'both.cjs': "require('./first/train.cjs');\nrequire('./second/train.cjs');\n" });
    const ran = await observe(workspace, { script: 'both.cjs', probe });
    expect([ran.code, ran.code === 0 ? '' : ran.stderr]).toEqual([0, '']);
    const optimizers = all(ran.messages, 'optimizer');
    expect(optimizers.map(({ id, source }) => [id, source?.file])).toEqual([
      [0, workspace.file('first/train.cjs')],
      [1, workspace.file('second/train.cjs')],
    ]);
    const printed = ran.stdout
      .split('\n')
      .filter((line) => line.startsWith('second'))
      .map((line) => Number(line.split(' ')[1]))
      .filter(Number.isFinite);
    expect(series(ran.messages, 'loss/1').filter((value) => value !== null)).toEqual(printed);
  });
});
