/** Reads the lines of a probe: what leaves here has the types of telemetry.ts, proven field by field. */
import { lossTerm } from './decodeLossTerm.js';
import {
  array,
  base64Float32,
  boolean,
  count,
  type Decoder,
  expected,
  type Fields,
  index,
  measuredArray,
  Mismatch,
  nullable,
  number,
  object,
  oneOf,
  optional,
  pathOf,
  record,
  sourceLine,
  string,
  textMessage,
  under,
  wireNumber,
} from './decoders.js';
import { GATE_KINDS } from './inspection.js';
import {
  type LossTerm,
  MAX_MESSAGE_BYTES,
  type ProbeLine,
  type Steps,
  TELEMETRY_VERSION,
} from './telemetry.js';

type Kind = ProbeLine['type'];
type Message<K extends Kind> = Extract<ProbeLine, { type: K }>;
type Decoders = { [K in Kind]: Decoder<Message<K>> };

/** A line that is not a message of this protocol. The message names the field and what was expected there. */
export class TelemetryError extends Error {
  override readonly name = 'TelemetryError';
}

/** The type itself is proven already: the decoder was chosen by it. */
function message<K extends Kind>(_type: K, fields: Fields<Omit<Message<K>, 'type'>>): Decoder<Message<K>> {
  const decode = object(fields);
  return (value) => decode(value) as Message<K>;
}

const shape = array(count);
const source = optional(sourceLine);
const scalar = optional(number);
const measured = optional(wireNumber);

const version: Decoder<number> = (value) => {
  const spoken = count(value);
  if (spoken === TELEMETRY_VERSION) return spoken;
  throw new Mismatch(
    `the probe speaks version ${spoken} of the telemetry protocol, the engine version ${TELEMETRY_VERSION}: ` +
      'use the probe that ships with this engine',
  );
};

const steps = message('steps', {
  first: count,
  time: array(number),
  epoch: optional(array(count)),
  scalars: record(measuredArray),
});

/** Every array of a `steps` message is about the same steps. */
function stepsOfOneLength(value: unknown): Steps {
  const decoded = steps(value);
  const { length } = decoded.time;
  const check = (items: readonly unknown[]) => {
    if (items.length !== length)
      throw new Mismatch(`expected ${length} values, as in time, got ${items.length}`);
  };
  if (decoded.epoch) under('epoch', () => check(decoded.epoch ?? []), null);
  for (const [name, items] of Object.entries(decoded.scalars)) {
    if (items.length !== length) under('scalars', () => under(name, () => check(items), null), null);
  }
  return decoded;
}

const DECODERS: Decoders = {
  hello: message('hello', {
    version,
    token: string,
    framework: oneOf('pytorch', 'tfjs'),
    frameworkVersion: string,
    language: oneOf('python', 'node'),
    languageVersion: string,
    pid: count,
    rank: count,
    localRank: count,
    worldSize: count,
    host: string,
    script: string,
    argv: array(string),
    cwd: string,
    time: number,
    packages: record(string),
  }),
  runtime: message('runtime', {
    backend: string,
    device: string,
    gpus: array(count),
    available: optional(array(string)),
    reason: optional(textMessage),
    seeds: optional(record(number)),
  }),
  optimizer: message('optimizer', {
    id: count,
    name: string,
    source,
    stepSource: source,
    idle: optional(count),
    idleSource: source,
    groups: array(object({ parameters: count, options: record(option) })),
  }),
  scheduler: message('scheduler', {
    id: count,
    optimizer: index,
    name: string,
    source,
    options: optional(record(option)),
  }),
  schedulerCall: message('schedulerCall', {
    id: count,
    calls: count,
    steps: count,
    epochs: optional(count),
    beforeStep: boolean,
    source,
  }),
  clipping: message('clipping', {
    kind: oneOf('norm', 'value'),
    limit: wireNumber,
    step: count,
    scaled: boolean,
    gradients: oneOf('fresh', 'stale'),
    source,
  }),
  layers: message('layers', {
    layers: array(
      object<Message<'layers'>['layers'][number]>({
        name: string,
        kind: string,
        source,
        batchFirst: optional(boolean),
      }),
    ),
  }),
  parameters: message('parameters', {
    parameters: array(
      object<Message<'parameters'>['parameters'][number]>({
        name: string,
        shape,
        dtype: string,
        device: string,
        layer: index,
        optimizer: index,
        requiresGrad: optional(boolean),
        initial: optional(object({ mean: wireNumber, std: wireNumber })),
      }),
    ),
  }),
  loader: message('loader', {
    id: count,
    source,
    batchSize: nullable(count),
    batches: nullable(count),
    workers: count,
    shuffled: nullable(boolean),
    examples: optional(count),
    dropLast: optional(boolean),
    role: oneOf('train', 'validation', 'unknown'),
  }),
  loss: message('loss', {
    id: count,
    series: string,
    label: string,
    optimizer: index,
    backwardSource: source,
    pure: boolean,
    logProbability: optional(boolean),
    negated: optional(boolean),
    value: measured,
    resumed: optional(boolean),
    ...lossTerm,
    terms: optional(array(object<LossTerm>(lossTerm))),
  }),
  lossFailed: message('lossFailed', {
    step: count,
    function: string,
    message: string,
    source,
    outputShape: optional(shape),
    outputDtype: optional(string),
    outputMin: measured,
    outputMax: measured,
    targetShape: optional(shape),
    targetDtype: optional(string),
    targetMin: measured,
    targetMax: measured,
    classes: optional(count),
  }),
  steps: stepsOfOneLength,
  parameterMeasures: message('parameterMeasures', {
    step: count,
    time: number,
    gradNorm: optional(base64Float32),
    weightNorm: optional(base64Float32),
    updateRatio: optional(base64Float32),
  }),
  activations: message('activations', {
    step: count,
    time: number,
    layers: array(
      object<Message<'activations'>['layers'][number]>({
        layer: index,
        kind: string,
        source,
        inputShape: optional(shape),
        mean: wireNumber,
        std: wireNumber,
        min: wireNumber,
        max: wireNumber,
        dead: scalar,
        saturated: scalar,
        nonFinite: count,
        spread: measured,
      }),
    ),
  }),
  overlap: message('overlap', {
    step: count,
    compared: count,
    shared: count,
    training: count,
    repeated: count,
    source,
  }),
  labels: message('labels', {
    step: count,
    epoch: optional(count),
    batch: optional(count),
    counts: array(count),
    right: optional(count),
  }),
  validation: message('validation', {
    step: count,
    time: number,
    epoch: optional(count),
    batches: count,
    scalars: record(wireNumber),
    mode: optional(
      object<NonNullable<Message<'validation'>['mode']>>({
        trainingMode: optional(boolean),
        gradients: optional(boolean),
        kept: optional(boolean),
      }),
    ),
    source,
  }),
  metrics: message('metrics', { step: count, time: number, values: record(wireNumber) }),
  resources: message('resources', { step: count, time: number, values: record(wireNumber) }),
  epoch: message('epoch', { epoch: count, step: count, time: number }),
  plan: message('plan', {
    epochs: optional(count),
    stepsPerEpoch: optional(count),
    totalSteps: optional(count),
  }),
  batch: message('batch', {
    step: count,
    tensors: array(
      object<Message<'batch'>['tensors'][number]>({
        name: string,
        shape,
        dtype: string,
        device: string,
        min: measured,
        max: measured,
        mean: measured,
        nonFinite: optional(count),
        std: measured,
        zeros: scalar,
        constant: scalar,
        featureScale: measured,
        featureOffset: measured,
      }),
    ),
  }),
  nonFinite: message('nonFinite', {
    step: count,
    where: oneOf('loss', 'gradient', 'parameter'),
    names: array(string),
    source,
  }),
  origin: message('origin', {
    step: count,
    direction: oneOf('input', 'parameter', 'forward', 'loss', 'backward'),
    layer: index,
    module: string,
    kind: string,
    operation: optional(string),
    source,
    inputMin: measured,
    inputMax: measured,
    inputNonFinite: optional(count),
    outputNonFinite: optional(count),
  }),
  state: message('state', { state: oneOf('running', 'paused'), step: count }),
  checkpoint: message('checkpoint', { kind: oneOf('best', 'last', 'saved'), file: string, step: count }),
  change: message('change', {
    step: count,
    time: number,
    kind: oneOf('value', 'code', 'skip', 'back'),
    name: string,
    before: optional(string),
    after: optional(string),
  }),
  gate: message('gate', {
    gate: count,
    time: number,
    kind: oneOf(...GATE_KINDS),
    step: count,
    epoch: optional(count),
    batch: optional(count),
    microBatch: optional(count),
    optimizer: optional(count),
    scalars: record(wireNumber),
    back: count,
    backLimit: optional(textMessage),
    ahead: count,
    source,
  }),
  gear: message('gear', { gated: boolean, passed: index }),
  reply: message('reply', {
    id: count,
    result: { optional: (value) => value },
    error: optional(textMessage),
  }),
  notice: message('notice', { level: oneOf('info', 'warning'), code: string, message: textMessage }),
  exception: message('exception', { kind: string, message: string, frames: array(sourceLine) }),
  bye: message('bye', { reason: oneOf('finished', 'stopped', 'failed'), dropped: count }),
};

function option(value: unknown): number | 'NaN' | 'Infinity' | '-Infinity' | boolean | string | null {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) {
    return value as number | boolean | string | null;
  }
  throw expected('a number, text, true, false or null', value);
}

function parse(line: string): unknown {
  if (line.length > MAX_MESSAGE_BYTES) {
    throw new TelemetryError(
      `a message of ${line.length} characters: at most ${MAX_MESSAGE_BYTES} are allowed`,
    );
  }
  try {
    return JSON.parse(line) as unknown;
  } catch {
    const start = JSON.stringify(line.length <= 60 ? line : `${line.slice(0, 57)}…`);
    throw new TelemetryError(`expected one JSON object a line, got ${start}`);
  }
}

function typeOf(json: unknown): string {
  const type = typeof json === 'object' && json !== null && 'type' in json ? json.type : undefined;
  if (typeof type === 'string') return type;
  throw new TelemetryError('type: expected the name of a message, as in {"type":"steps"}');
}

/** `a.b[3]`: keys that are no identifiers are quoted, as series names with a slash are. */
/**
 * One line of a probe. Fields that this version does not know stay on the message untouched.
 *
 * @returns null for a message of an unknown type, which a newer probe may send and nobody here has use for
 * @throws TelemetryError for a line that is no JSON object, or naming the field that does not fit:
 *   `steps.scalars.loss[3]: expected a number, …`
 */
export function decodeProbeMessage(line: string): ProbeLine | null {
  const json = parse(line);
  const type = typeOf(json);
  if (!Object.hasOwn(DECODERS, type)) return null;
  try {
    return DECODERS[type as Kind](json);
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    throw new TelemetryError(`${type}${pathOf(error.path)}: ${error.expectation}`);
  }
}
