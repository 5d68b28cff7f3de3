'use strict';
// What a script gets for `@tensorflow/tfjs`: a plain object, as hooks need it. `import` finds the names by the spread.
require('./quiet.cjs');
module.exports = { ...require('./tensorflow.cjs') };
