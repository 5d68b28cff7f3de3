/** What a probe tells of the losses that a training is done by. */
import type { SourceLine, WireNumber } from './values.js';

/** Facts of the first batch that a loss function was called with. All statistics are over the elements of the target. */
export interface LossTerm {
  /** `cross_entropy`, `nll_loss`, `binary_cross_entropy_with_logits`, `binary_cross_entropy`, `mse_loss`, `l1_loss`,
   *  `smooth_l1_loss`, `huber_loss`, `kl_div`, `ctc_loss`, or `unknown` for an expression of the user's own. */
  function: string;
  /** Where the loss function is called. */
  source?: SourceLine;
  reduction?: 'mean' | 'sum' | 'none';
  outputShape?: number[];
  outputDtype?: string;
  targetShape?: number[];
  targetDtype?: string;
  /** Number of classes C of a classification. */
  classes?: number;
  /** Number of elements that the reduction goes over (targets that are not ignored). */
  elements?: number;
  /**
   * What made the function's input: the last operation that is not a mere change of shape. `none` where it is a
   * linear layer, a convolution or a sum; `clamp` where the output of one is cut off; absent where it is not known.
   */
  outputActivation?:
    | 'softmax'
    | 'log_softmax'
    | 'sigmoid'
    | 'log_sigmoid'
    | 'tanh'
    | 'relu'
    | 'log'
    | 'clamp'
    | 'none'
    | 'other';
  /** Range and standard deviation of the function's input. */
  outputMin?: WireNumber;
  outputMax?: WireNumber;
  outputStd?: WireNumber;
  /** Line of the layer or operation that made it. */
  outputSource?: SourceLine;
  targetMin?: WireNumber;
  targetMax?: WireNumber;
  /** Distinct values of the target, where there are at most 1000. */
  targetDistinct?: number;
  /** Rows of a one-hot target that name no class: zeros, as a label out of range leaves them. */
  targetRowsWithoutClass?: number;
  /** What the function wants as its input; absent: what the PyTorch function of that name wants. */
  expects?: 'logits' | 'probabilities' | 'log_probabilities';
  labelSmoothing?: number;
  /** Sum over elements of the weight of its class, over `elements`: 1 without class weights. */
  meanTargetWeight?: number;
  /** Positive class's weight of BCE with logits (mean), 1 when not given. */
  positiveWeight?: number;
  targetMean?: number;
  targetVariance?: number;
  targetMeanSquare?: number;
  /** Mean absolute value of the target. */
  targetMeanAbsolute?: number;
  /** True once the targets of a later batch differ from these by more than chance: a network computes them. */
  targetsMove?: boolean;
  /** Entropy of the target's class distribution in the batch, nats. */
  targetEntropy?: number;
}

/**
 * The loss a `backward()` is called on, and what its expected initial value follows from. Said once for each call
 * site, and again once its targets move; facts are of the first batch. All statistics are over the elements of the target.
 */
export interface LossSeen extends LossTerm {
  type: 'loss';
  id: number;
  /** The series its values are in: `loss`, or `loss/1` … for further ones. */
  series: string;
  /** Name of the variable in the call line: `loss`, `loss_d`. */
  label: string;
  optimizer: number;
  /** Where `backward()` is called. */
  backwardSource?: SourceLine;
  /** True when the scalar is the function's result alone, not a sum with other terms. */
  pure: boolean;
  /** True when it is a log-probability itself, without a minus: to minimise it makes what is right less likely. */
  logProbability?: boolean;
  /** True when it is minus what the function returned: to minimise it makes the error larger. */
  negated?: boolean;
  /** What the function returned for this first batch, before any factor or further term of the user's own. */
  value?: WireNumber;
  /** True when the model was not fresh at its first step: a state was loaded, or updates by hand went unseen. */
  resumed?: boolean;
  /** Further loss functions that the scalar is computed from, as in a sum of them. */
  terms?: LossTerm[];
}

/** A loss function raised an exception: what it was called with, said before the exception ends the script. */
export interface LossFailed {
  type: 'lossFailed';
  step: number;
  function: string;
  message: string;
  source?: SourceLine;
  outputShape?: number[];
  outputDtype?: string;
  outputMin?: WireNumber;
  outputMax?: WireNumber;
  targetShape?: number[];
  targetDtype?: string;
  targetMin?: WireNumber;
  targetMax?: WireNumber;
  classes?: number;
}
