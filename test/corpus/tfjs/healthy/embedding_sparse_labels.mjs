/*
An embedding, an average, and sparseCategoricalCrossentropy of class numbers.

healthy: inputs are indices, which are large numbers and not to be normalised
*/
import * as tf from '@tensorflow/tfjs';

const words = tf.randomUniform([600, 10], 0, 80, 'int32');
const topic = words.less(tf.scalar(40, 'int32')).sum(1).greater(tf.scalar(5, 'int32')).toFloat();
const model = tf.sequential({
  layers: [
    tf.layers.embedding({ inputDim: 80, outputDim: 12, inputLength: 10 }),
    tf.layers.globalAveragePooling1d(),
    tf.layers.dense({ units: 2, activation: 'softmax' }),
  ],
});
model.compile({ optimizer: tf.train.adam(0.02), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
const { history } = await model.fit(words, topic.expandDims(1), { epochs: 6, batchSize: 30, verbose: 0 });
console.log(history.loss);
