/**
 * The part of the user's TensorFlow.js that the probe touches. Any version from 3 on, so structural: a class of the
 * probe's own copy would be another class.
 */
export type Values = Float32Array | Int32Array | Uint8Array;

export interface TensorLike {
  id: number;
  shape: number[];
  dtype: string;
  size: number;
  dataId: object;
  isDisposed: boolean;
  dataSync(): Values;
  clone(): TensorLike;
  dispose(): void;
}

export interface VariableLike extends TensorLike {
  name: string;
  trainable: boolean;
  assign(value: TensorLike): void;
}

export interface BackendLike {
  /** The WebAssembly backend: numbers in its heap, not copied. */
  typedArrayFromHeap?(tensor: TensorLike): Values;
  dataIdMap?: { has(dataId: object): boolean };
  /** The plain JavaScript backend: reading returns its own array, not a copy. */
  data?: { has(dataId: object): boolean };
  readSync(dataId: object): Values;
  /** Counts the references to memory that tensors share; `disposeData` says whether it was the last. */
  incRef?(dataId: object): void;
  disposeData?(dataId: object): boolean;
  /** Native TensorFlow. */
  isUsingGpuDevice?: boolean;
}

export interface GradientsResult {
  value: TensorLike;
  grads: (TensorLike | null | undefined)[];
}

export interface EngineLike {
  gradients(
    f: () => TensorLike,
    xs: TensorLike[],
    dy?: TensorLike | null,
    allowNoGradients?: boolean,
  ): GradientsResult;
  runKernel(name: string, inputs: Record<string, unknown>, attributes?: Record<string, unknown>): TensorLike;
  tidy<T>(run: () => T): T;
  keep<T extends TensorLike>(tensor: T): T;
  makeTensor(values: Values, shape: number[], dtype: string): TensorLike;
  makeTensorFromDataId(dataId: object, shape: number[], dtype: string, backend: BackendLike): TensorLike;
  makeVariable(initial: TensorLike, trainable: boolean): VariableLike;
  trackTensor(tensor: TensorLike, backend: BackendLike): void;
  startScope(name?: string): void;
  endScope(result?: unknown): void;
  memory(): object;
  removeDataId?(dataId: object, backend: BackendLike): void;
  registeredVariables: Record<string, VariableLike>;
  state: {
    numBytes: number;
    numTensors: number;
    scopeStack: unknown[];
    gradientDepth: number;
    kernelDepth: number;
  };
  backendName: string;
  backend: BackendLike;
}

export type NamedGradients =
  Record<string, TensorLike | null> | { name: string; tensor: TensorLike | null }[];

export interface OptimizerLike {
  applyGradients(gradients: NamedGradients): void;
  minimize(f: () => TensorLike, returnCost?: boolean, variables?: VariableLike[]): TensorLike | null;
  getConfig?(): Record<string, unknown>;
  getClassName?(): string;
  learningRate?: number;
  setLearningRate?(rate: number): void;
}

export interface LayerWeight {
  val?: VariableLike;
  read?(): VariableLike;
}

export interface LayerLike {
  name: string;
  getClassName(): string;
  layers?: LayerLike[];
  trainable?: boolean;
  call?(inputs: unknown, kwargs?: unknown): unknown;
  addWeight(...args: unknown[]): LayerWeight;
}

export type LossFunction = (target: TensorLike, output: TensorLike) => TensorLike;

export interface ModelLike extends LayerLike {
  layers: LayerLike[];
  /** A Sequential trains a plain model inside. */
  model?: ModelLike;
  lossFunctions?: LossFunction[];
  loss?: unknown;
  metricsNames?: string[];
  weights: { val?: VariableLike; read(): VariableLike; originalName: string; name: string }[];
  toJSON(unused: unknown, returnString: false): unknown;
}

/** The constructor of a class, known by its prototype. */
export interface ClassOf<T> {
  prototype: T;
  name: string;
}

export type Exports = Record<string, unknown>;

export function isTensor(value: unknown): value is TensorLike {
  return typeof value === 'object' && value !== null && 'dataId' in value && 'dataSync' in value;
}

export function isVariable(tensor: TensorLike): tensor is VariableLike {
  return 'trainable' in tensor && 'name' in tensor;
}
