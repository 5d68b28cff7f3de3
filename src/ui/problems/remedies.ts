/** What a person can do about a failed launch or training, by what its message advises. Pure. */
import type { CommandId } from '../../contributions.js';
import { text, type Text } from '../../protocol/values.js';

export interface Remedy {
  title: Text;
  command: CommandId;
}

const REMEDIES: readonly [advice: RegExp, remedy: Remedy][] = [
  [/pip install torch/, { title: text('Install PyTorch'), command: 'trainingDebugger.installTorch' }],
  [
    /another interpreter|“interpreter”|the interpreter/i,
    { title: text('Choose Interpreter'), command: 'trainingDebugger.chooseInterpreter' },
  ],
  [/“gpus”/, { title: text('Choose GPUs'), command: 'trainingDebugger.chooseGpus' }],
];

const SHOW_LOG: Remedy = { title: text('Show Log'), command: 'trainingDebugger.showLog' };

/** Most helpful first; the log is always there. */
export function remediesFor(problem: Text): Remedy[] {
  const fitting = REMEDIES.filter(([advice]) => advice.test(problem.template));
  return [...fitting.map(([, remedy]) => remedy), SHOW_LOG];
}
