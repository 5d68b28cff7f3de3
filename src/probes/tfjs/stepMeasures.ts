import type { ParameterMeasures } from '../../protocol/telemetry.js';
import { INTERVAL } from './departures.js';
import { base64 } from './measures/norms.js';
import { isMilestone } from './sampling.js';
import type { EngineLike } from './tensorflow.js';
import type { Training } from './training.js';
import { UpdateMeasure, type Each, type Update } from './updateMeasure.js';

/** Steps whose measures leave at once: what is wrong from the start is to be known at once. */
const FIRST = 3;

/** Gradients, weights and updates at the steps that are sampled. */
export class StepMeasures {
  private lastParameters = -Infinity;
  private readonly ratios = new Map<string, number>();

  constructor(private readonly training: Training) {}

  begin(engine: EngineLike, updates: Update[]): UpdateMeasure | undefined {
    const { samplers, origins, gates } = this.training;
    const whole = samplers.due('whole');
    if (!whole && !samplers.due('gradient') && !origins.suspect && !gates.gated) return undefined;
    return this.costing(whole, () => new UpdateMeasure(engine, updates, whole));
  }

  finish(measure: UpdateMeasure): ReturnType<UpdateMeasure['finish']> {
    const measured = this.costing(measure.whole, () => measure.finish());
    measured.each?.updateRatio.forEach((ratio, i) => this.ratios.set(measure.names[i] ?? '', ratio));
    return measured;
  }

  /** How far a variable was moved when that was measured last, in units of its norm. */
  ratioOf(name: string): number | undefined {
    return this.ratios.get(name);
  }

  private costing<T>(whole: boolean, act: () => T): T {
    return this.training.samplers.cost(whole ? 'whole' : 'gradient', act);
  }

  /** Measures of each parameter: of the first steps, then at most as often as steps leave. */
  parameters(step: number, time: number, names: string[], each: Each): ParameterMeasures | undefined {
    const always = step < FIRST || isMilestone(step + 1);
    if (!always && time - this.lastParameters < INTERVAL) return undefined;
    this.lastParameters = time;
    const pack = (values: number[]): string => base64(this.training.parameters.spread(names, values));
    return {
      type: 'parameterMeasures',
      step,
      time,
      gradNorm: pack(each.gradNorm),
      weightNorm: pack(each.weightNorm),
      updateRatio: pack(each.updateRatio),
    };
  }
}
