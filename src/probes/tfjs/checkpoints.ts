import fs from 'node:fs';
import path from 'node:path';
import type { CheckpointSaved } from '../../protocol/telemetry.js';
import { bytesOf, describeState, STATE_BYTES, STATE_FILE } from './checkpointState.js';
import { weightsOf, type NamedVariable } from './models.js';
import type { ModelLike } from './tensorflow.js';
import type { Training } from './training.js';

/**
 * Keeps states of the training as folders that `tf.loadLayersModel('file://…/model.json')` reads; beside the model is what
 * else it takes to go on from there: all variables, and the state of the optimizers.
 */
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
    this.save('best', path.join(this.folder, 'best'));
  }

  saveLast(): void {
    if (this.folder !== undefined) this.save('last', path.join(this.folder, 'last'));
  }

  /**
   * Keeps the state as it is now, because a person asked for it.
   * @param target a folder, or the `model.json` in one; absolute
   */
  saveTo(target: string): { file: string; step: number } {
    const folder = target.replace(/[\\/]model\.json$/, '');
    const file = this.save('saved', folder);
    return { file, step: this.training.step };
  }

  private save(kind: CheckpointSaved['kind'], folder: string): string {
    const variables = this.training.parameters.living();
    const model = variables[0] && this.training.models.modelOf(variables[0]);
    const file = path.join(folder, 'model.json');
    if (variables.length === 0) return file;
    const named = model ? weightsOf(model) : variables.map((variable) => ({ name: variable.name, variable }));
    writeFolder(folder, {
      ...modelFiles(model, named),
      ...describeState(this.training),
    });
    this.training.sendAfterSteps({ type: 'checkpoint', kind, file, step: this.training.step });
    return file;
  }
}

/** Without a model the topology is null and the weights are the variables by name. */
function modelFiles(model: ModelLike | undefined, weights: NamedVariable[]): Record<string, string | Buffer> {
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
  return {
    'weights.bin': Buffer.concat(weights.map(({ variable }) => bytesOf(variable))),
    'model.json': JSON.stringify(description),
  };
}

/** The folder replaces the one before it as a whole, if that is one of ours: a kill at any moment leaves one of the two. */
function writeFolder(folder: string, files: Record<string, string | Buffer>): void {
  const temporary = `${folder}.${process.pid}.partial`;
  const before = `${folder}.${process.pid}.before`;
  fs.mkdirSync(temporary, { recursive: true });
  for (const [name, content] of Object.entries(files)) fs.writeFileSync(path.join(temporary, name), content);
  if (holdsOthers(folder, files)) {
    for (const name of Object.keys(files)) fs.renameSync(path.join(temporary, name), path.join(folder, name));
    fs.rmSync(temporary, { recursive: true, force: true });
    return;
  }
  if (fs.existsSync(folder)) fs.renameSync(folder, before);
  fs.renameSync(temporary, folder);
  fs.rmSync(before, { recursive: true, force: true });
}

/** A person may save into a folder with files of their own, which stay. */
function holdsOthers(folder: string, files: Record<string, string | Buffer>): boolean {
  const known = new Set([...Object.keys(files), STATE_FILE, STATE_BYTES]);
  return fs.existsSync(folder) && fs.readdirSync(folder).some((name) => !known.has(name));
}
