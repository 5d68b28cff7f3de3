/**
 * A process that records on a disk which takes no more at some point; says on stdout what the recorder tells it, and
 * stops a while after the disk takes data again. Second argument: bytes to keep in memory meanwhile.
 */
import { writeSync } from 'node:fs';
import { RunRecorder } from '../../../../src/engine/recorder/index.js';
import { hello, measuresOf, stepsOf } from '../support.js';

const [, , directory = '', memoryLimit = '1e9'] = process.argv;
let recovered = false;
const recorder = new RunRecorder(directory, {
  memoryLimit: Number(memoryLimit),
  onProblem: ({ kind, message }) => {
    writeSync(1, `${JSON.stringify({ kind, template: message.template, args: message.args })}\n`);
    recovered ||= kind === 'recovered';
    recorder.record(0, { type: 'notice', level: 'warning', code: kind, message });
  },
});
recorder.record(0, hello);

let step = 0;
function recordSome(): void {
  for (let i = 0; i < 20; i++, step += 100) {
    recorder.record(0, stepsOf(step, 100, { loss: (at) => at + 1 / 3 }));
    recorder.record(0, measuresOf(step, [step, -step, 0]));
  }
  recorder.flush();
  if (!recovered) {
    setTimeout(recordSome, 20);
    return;
  }
  recorder.close();
  writeSync(1, `${step}\n`);
}
recordSome();
