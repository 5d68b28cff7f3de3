'use strict';
// What a script gets for `@tensorflow/tfjs`: a plain object, as hooks need it. `import` finds the names by the spread.
module.exports = { ...require('./tensorflow.cjs') };
