'use strict';
// What a script gets for `@tensorflow/tfjs-node` where that does not load. `import` finds the names by the spread.
require('./quiet.cjs');
const tf = require('./tensorflow.cjs');

const advice = 'Install a @tensorflow/tfjs-node whose native binding loads to use it.';

/** Names that are asked for without being meant: by `await`, `console.log`, test frameworks. */
const probed = new Set(['then', 'toJSON', 'constructor', '$$typeof', 'nodeType']);

const node = new Proxy(Object.create(null), {
  get(_target, name) {
    if (typeof name === 'symbol' || probed.has(name)) return undefined;
    throw new Error(`tf.node.${name} is not available on the built-in WebAssembly backend. ${advice}`);
  },
});
const io = { ...tf.io, fileSystem: tf.fileSystem };

module.exports = { node, io, ...require('./tensorflow.cjs') };
Object.assign(module.exports, { io });
