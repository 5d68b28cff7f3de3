/** A process that records as fast as it can until it is killed; says on stdout what was committed for sure. */
import { writeSync } from 'node:fs';
import { RunRecorder } from '../../../../src/engine/recorder/index.js';
import { hello, measuresOf, stepsOf } from '../support.js';

const directory = process.argv[2] ?? '';
const recorder = new RunRecorder(directory);
recorder.record(0, hello);
recorder.record(0, { type: 'parameters', parameters: [] });

let step = 0;
function recordSome(): void {
  for (let i = 0; i < 20; i++, step += 100) {
    recorder.record(
      0,
      stepsOf(step, 100, { loss: (at) => at, lr: () => 0.5, sampled: (at) => (at % 7 ? null : -at) }),
    );
    recorder.record(0, measuresOf(step, [step, -step, 0]));
    recorder.record(0, {
      type: 'notice',
      level: 'info',
      code: `step-${step}`,
      message: { template: 'x', args: [] },
    });
  }
  if (recorder.flush()) writeSync(1, `${step}\n`);
  setImmediate(recordSome);
}
recordSome();
