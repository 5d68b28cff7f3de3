import type { Rule } from '../rule.js';
import { dataBottleneck } from '../rules/data-bottleneck.js';
import { gpuIdle } from '../rules/gpu-idle.js';
import { memoryGrowth } from '../rules/memory-growth.js';
import { modelOnCpu } from '../rules/model-on-cpu.js';
import { nearOutOfMemory } from '../rules/near-out-of-memory.js';
import { ranksDisagree } from '../rules/ranks-disagree.js';
import { ranksShareData } from '../rules/ranks-share-data.js';
import { stalledRank } from '../rules/stalled-rank.js';
import { stepTimeOutliers } from '../rules/step-time-outliers.js';

export const RESOURCES_RULES: readonly Rule<unknown>[] = [
  dataBottleneck,
  gpuIdle,
  memoryGrowth,
  modelOnCpu,
  nearOutOfMemory,
  stepTimeOutliers,
  stalledRank,
  ranksDisagree,
  ranksShareData,
];
