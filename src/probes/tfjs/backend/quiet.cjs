'use strict';
// Loads the embedded backend. Where a TensorFlow.js is there already, whose binding failed late, all they have in common
// would be warned of as registered twice: a hundred lines that say nothing to the user.
const { warn } = console;
if (globalThis._tfengine) console.warn = () => undefined;
try {
  require('./tensorflow.cjs');
} finally {
  console.warn = warn;
}
