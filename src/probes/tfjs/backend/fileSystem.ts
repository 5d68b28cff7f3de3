import fs from 'node:fs';
import path from 'node:path';
import { io } from '@tensorflow/tfjs-core';

const SCHEME = 'file://';
const MODEL = 'model.json';
const WEIGHTS = 'weights.bin';

interface ModelFile extends Omit<io.ModelJSON, 'weightsManifest'> {
  weightsManifest?: io.WeightsManifestConfig;
}

function bytes(data: io.WeightData): Buffer {
  return Array.isArray(data) ? Buffer.concat(data.map((part) => Buffer.from(part))) : Buffer.from(data);
}

async function save(folder: string, artifacts: io.ModelArtifacts): Promise<io.SaveResult> {
  const { weightSpecs, weightData, modelTopology, ...rest } = artifacts;
  const description = {
    ...rest,
    modelTopology,
    weightsManifest: weightSpecs && [{ paths: [WEIGHTS], weights: weightSpecs }],
  };
  await fs.promises.mkdir(folder, { recursive: true });
  if (weightData) await fs.promises.writeFile(path.join(folder, WEIGHTS), bytes(weightData));
  await fs.promises.writeFile(path.join(folder, MODEL), JSON.stringify(description));
  return { modelArtifactsInfo: io.getModelArtifactsInfoForJSON(artifacts) };
}

async function readJson(file: string): Promise<ModelFile> {
  let content: string;
  try {
    content = await fs.promises.readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`Cannot read the model ${file}: ${(error as Error).message}`, { cause: error });
  }
  return JSON.parse(content) as ModelFile;
}

async function load(file: string): Promise<io.ModelArtifacts> {
  const { weightsManifest = [], ...description } = await readJson(file);
  const names = weightsManifest.flatMap((group) => group.paths);
  const parts = await Promise.all(
    names.map((name) => fs.promises.readFile(path.join(path.dirname(file), name))),
  );
  const data = Buffer.concat(parts);
  return {
    ...description,
    weightSpecs: weightsManifest.flatMap((group) => group.weights),
    weightData: data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength),
  };
}

/**
 * Keeps models in files as tfjs-node does: `save('file://folder')`, `tf.loadLayersModel('file://folder/model.json')`.
 * @param location a folder to save to, a `model.json` to load from
 */
export function fileSystem(location: string | string[]): io.IOHandler {
  const place = Array.isArray(location) ? (location[0] ?? '') : location;
  const file = path.resolve(place.startsWith(SCHEME) ? place.slice(SCHEME.length) : place);
  return {
    save: (artifacts) => save(file, artifacts),
    load: () => load(file),
  };
}

function route(url: string | string[]): io.IOHandler {
  const first = Array.isArray(url) ? url[0] : url;
  // A router says by null that an address is not its own, whatever its type says.
  return (first?.startsWith(SCHEME) ? fileSystem(url) : null) as io.IOHandler;
}

export function registerFileSystem(): void {
  io.registerSaveRouter(route);
  io.registerLoadRouter(route);
}
