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

  constructor(private readonly training: Training) {}

  begin(engine: EngineLike, updates: Update[]): UpdateMeasure | undefined {
    const { samplers, origins } = this.training;
    const whole = samplers.due('whole');
    if (!whole && !samplers.due('gradient') && !origins.suspect) return undefined;
    return this.costing(whole, () => new UpdateMeasure(engine, updates, whole));
  }

  finish(measure: UpdateMeasure): ReturnType<UpdateMeasure['finish']> {
    return this.costing(measure.whole, () => measure.finish());
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
