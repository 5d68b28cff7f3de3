/** Makes sure of what a probe answers to a question about a held training. */
import {
  array,
  boolean,
  count,
  type Decoder,
  index,
  Mismatch,
  nullable,
  object,
  oneOf,
  optional,
  pathOf,
  sourceLine,
  string,
  textMessage,
  wireNumber,
} from './decoders.js';
import type {
  Completion,
  Forensics,
  Frame,
  InspectMethod,
  InspectRequests,
  ModuleRange,
  Roots,
  Variable,
} from './inspection.js';

const VARIABLE = {
  name: string,
  value: string,
  type: optional(string),
  reference: count,
  named: optional(count),
  indexed: optional(count),
  evaluateName: optional(string),
  editable: optional(boolean),
  lazy: optional(boolean),
};
const variable = object<Variable>(VARIABLE);

const frame = object<Frame>({
  id: count,
  name: string,
  source: nullable(sourceLine),
  kind: oneOf('user', 'library'),
});

const moduleRange = object<ModuleRange>({
  name: string,
  kind: string,
  source: optional(sourceLine),
  inputMin: optional(wireNumber),
  inputMax: optional(wireNumber),
  inputNonFinite: optional(count),
  outputMin: optional(wireNumber),
  outputMax: optional(wireNumber),
  outputNonFinite: optional(count),
});

const completion = object<Completion>({
  label: string,
  kind: oneOf('variable', 'property', 'function', 'class', 'module', 'keyword'),
});

const ANSWERS: { [M in InspectMethod]: Decoder<InspectRequests[M]['result']> } = {
  stack: object<InspectRequests['stack']['result']>({ frames: array(frame), total: count }),
  roots: object<Roots>({ optimizer: count, model: count, batch: count, hardware: count, locals: count }),
  variables: object<InspectRequests['variables']['result']>({ variables: array(variable) }),
  setVariable: variable,
  evaluate: object<InspectRequests['evaluate']['result']>({ ...VARIABLE, output: optional(string) }),
  completions: object<InspectRequests['completions']['result']>({
    start: count,
    completions: array(completion),
  }),
  forensics: nullable(
    object<Forensics>({
      direction: oneOf('input', 'parameter', 'forward', 'loss', 'backward'),
      offending: index,
      modules: array(moduleRange),
      operation: optional(string),
      source: optional(sourceLine),
      why: textMessage,
    }),
  ),
  saveCheckpoint: object<InspectRequests['saveCheckpoint']['result']>({ file: string, step: count }),
};

/** @throws Error naming the field that does not fit: `result.frames[2].name: expected a string, got nothing` */
export function decodeAnswer(method: InspectMethod, result: unknown): unknown {
  try {
    return ANSWERS[method](result);
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    throw new Error(`result${pathOf(error.path)}: ${error.expectation}`, { cause: error });
  }
}
