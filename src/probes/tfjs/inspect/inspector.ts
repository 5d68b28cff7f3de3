import type { Completion, Forensics, Roots, Variable } from '../../../protocol/inspection.js';
import { text } from '../../../protocol/values.js';
import type { Look } from '../requests.js';
import type { OptimizerLike, TensorLike } from '../tensorflow.js';
import type { Training } from '../training.js';
import { complete } from './completions.js';
import { RequestError } from './error.js';
import { Evaluation } from './evaluation.js';
import { forensics } from './forensics.js';
import { Frames } from './frames.js';
import { ModelTree } from './model.js';
import { optimizersNode } from './optimizer.js';
import { References } from './references.js';
import { describeValue, plain, type Context } from './values.js';

/** Answers questions about the training as long as it is held in one place. */
export class Inspector {
  readonly references = new References();
  readonly frames: Frames;
  readonly evaluation: Evaluation;
  private readonly context: Context;

  constructor(
    private readonly training: Training,
    private readonly look: Look,
  ) {
    this.context = { engine: look.engine, references: this.references };
    this.frames = new Frames(training, look);
    this.evaluation = new Evaluation(training, look, this.frames, this.context);
  }

  end(): void {
    this.training.session.post({ release: true });
  }

  roots(frame: number): Roots {
    return {
      optimizer: optimizersNode(this.context, this.optimizers()),
      model: new ModelTree(this.training, this.look, this.context).root(),
      batch: this.batch(),
      hardware: this.hardware(),
      locals: this.locals(frame),
    };
  }

  setVariable(reference: number, name: string, value: string, request: number): Variable {
    const node = this.references.get(reference);
    if (!node.set && !node.assign) throw new RequestError(text('“{0}” cannot be set.', name));
    const before = this.references.part(reference, name)?.value;
    const after =
      node.assign?.(name, value, request) ?? node.set?.(name, this.evaluation.valueOf(value, request));
    if (!after) throw new RequestError(text('“{0}” cannot be set.', name));
    this.training.sendAfterSteps({
      type: 'change',
      step: this.look.step,
      time: this.training.session.now(),
      kind: 'value',
      name: node.nameOf?.(name) ?? name,
      ...(before !== undefined && { before }),
      after: after.value,
    });
    return after;
  }

  completions(line: string, column: number, frame: number): { start: number; completions: Completion[] } {
    return complete(this.frames, line, column, frame);
  }

  forensics(): Forensics | null {
    return forensics(this.training, this.look);
  }

  private optimizers(): OptimizerLike[] {
    const { optimizer } = this.look;
    const all = this.training.optimizers.living();
    return optimizer && all.includes(optimizer) ? [optimizer, ...all.filter((each) => each !== optimizer)] : all;
  }

  private batch(): number {
    const { inputs, target, output } = this.training.evaluations.latest;
    const tensors: [string, TensorLike | undefined][] = [
      ...inputs.map((input, i): [string, TensorLike] => [i === 0 ? 'input' : `input${i}`, input]),
      ['target', target],
      ['output', output],
    ];
    const known = tensors.flatMap(([name, tensor]) => (tensor ? [[name, tensor] as const] : []));
    if (known.length === 0) return 0;
    const named = (): Variable[] => known.map(([name, tensor]) => describeValue(this.context, name, tensor));
    return this.references.add({ named });
  }

  private hardware(): number {
    const { engine } = this.look;
    return this.references.add({
      named: () => [
        plain('backend', engine.backendName),
        ...Object.entries(engine.memory()).map(([name, value]) => describeValue(this.context, name, value)),
        plain('processMemory', process.memoryUsage.rss()),
      ],
    });
  }

  private locals(frame: number): number {
    const locals = new Map(this.frames.locals(frame));
    if (locals.size === 0) return 0;
    return this.references.add({
      named: () =>
        [...locals].map(([name, value]) => ({
          ...describeValue(this.context, name, value, name),
          editable: true,
        })),
      assign: (name, expression, request) => {
        const value = this.evaluation.valueOf(`${name} = (${expression}\n)`, request, frame);
        locals.set(name, value);
        return { ...describeValue(this.context, name, value, name), editable: true };
      },
    });
  }
}
