import fs from 'node:fs';
import path from 'node:path';
import type { CheckpointSaved } from '../../protocol/telemetry.js';
import type { ModelLike, VariableLike } from './tensorflow.js';
import type { Training } from './training.js';

interface NamedValues {
  name: string;
  variable: VariableLike;
}

/** Keeps the best and the last state in the folder the engine names, as `tf.loadLayersModel('file://…')` reads it. */
export class Checkpoints {
  private best = Infinity;

  constructor(private readonly training: Training) {}

  private get folder(): string | undefined {
    return this.training.session.settings.checkpoints;
  }

  /** Keeps the model when its validation loss is the lowest so far. */
  validated(loss: number): void {
    if (this.folder === undefined || !(loss < this.best)) return;
    this.best = loss;
    this.save('best');
  }

  saveLast(): void {
    if (this.folder !== undefined) this.save('last');
  }

  private save(kind: CheckpointSaved['kind']): void {
    const variables = this.training.parameters.living();
    const first = variables[0];
    if (!first || this.folder === undefined) return;
    const model = this.training.models.modelOf(first);
    const named = model ? weightsOf(model) : variables.map((variable) => ({ name: variable.name, variable }));
    const file = writeModel(path.join(this.folder, kind), model, named);
    this.training.sendAfterSteps({ type: 'checkpoint', kind, file, step: this.training.step });
  }
}

function weightsOf(model: ModelLike): NamedValues[] {
  return model.weights.map((weight) => ({
    name: weight.originalName,
    variable: weight.val ?? weight.read(),
  }));
}

/**
 * Writes a folder of `model.json` and `weights.bin`; without a model the topology is null and the weights are the
 * variables by name. The folder replaces the one before it as a whole.
 */
function writeModel(folder: string, model: ModelLike | undefined, weights: NamedValues[]): string {
  const parts = weights.map(({ variable }) => bytesOf(variable));
  const manifest = weights.map(({ name, variable }) => ({
    name,
    shape: variable.shape,
    dtype: variable.dtype,
  }));
  const description = {
    format: 'layers-model',
    generatedBy: 'Training Debugger',
    convertedBy: null,
    modelTopology: model?.toJSON(null, false) ?? null,
    weightsManifest: [{ paths: ['weights.bin'], weights: manifest }],
  };
  const temporary = `${folder}.${process.pid}.partial`;
  fs.mkdirSync(temporary, { recursive: true });
  fs.writeFileSync(path.join(temporary, 'weights.bin'), Buffer.concat(parts));
  fs.writeFileSync(path.join(temporary, 'model.json'), JSON.stringify(description));
  fs.rmSync(folder, { recursive: true, force: true });
  fs.renameSync(temporary, folder);
  return path.join(folder, 'model.json');
}

function bytesOf(variable: VariableLike): Buffer {
  const values = variable.dataSync();
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}
