/** What tests of the command share: a finding of every kind of detail, a recorded run, the schema of the report. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 as Ajv, type AnySchema } from 'ajv/dist/2020.js';
import {
  createRunDirectory,
  newManifest,
  RunRecorder,
  writeManifest,
} from '../../src/engine/recorder/index.js';
import type { Finding, RuleSetting, RunSnapshot } from '../../src/protocol/runApi.js';
import type { LossSeen } from '../../src/protocol/telemetry.js';
import { text } from '../../src/protocol/values.js';
import { hello, launchConfig, stepsOf } from '../engine/recorder/support.js';

/** Problems of a report with docs/report.schema.json; none where it is as documented. */
export function schemaProblems(report: unknown): unknown[] {
  const schema = JSON.parse(readFileSync('docs/report.schema.json', 'utf8')) as AnySchema;
  const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);
  return validate(report) ? [] : (validate.errors ?? []);
}

/** A symptom-like finding whose cause no rule found. */
export function plateau(file = '/project/train.py'): Finding {
  return {
    id: 'not-learning:loss',
    rule: 'not-learning',
    cause: null,
    severity: 'warning',
    step: 120,
    rank: 0,
    message: text('The loss has not fallen since step {0}: {1}.', 20, 2.303),
    explanation: text('A model that learns nothing wastes the run.'),
    evidence: { loss: 2.303, window: 100, trend: 'NaN' },
    series: 'loss',
    source: { file, line: 3 },
    fixes: [{ title: text('Check the learning rate'), safety: 'suggestion' }],
    causes: [
      {
        id: 'learning-rate-too-low',
        title: text('The learning rate is too low'),
        because: text('An update moves the weights by {0} of their norm.', 1e-9),
        fix: text('Raise the learning rate to {0}', 0.001),
        source: { file, line: 2 },
      },
      {
        id: 'frozen-parameters',
        title: text('The parameters are frozen'),
        because: text('No gradient was seen.'),
        fix: text('Set requires_grad'),
        source: null,
      },
    ],
  };
}

/** A non-finite loss that follows from an exploding gradient. */
export function explosion(): Finding[] {
  const { causes: _, ...common } = plateau();
  const root: Finding = {
    ...common,
    id: 'exploding-gradient:gradNorm',
    rule: 'exploding-gradient',
    severity: 'error',
    message: text('The gradient exploded.'),
    series: 'gradNorm',
  };
  const symptom: Finding = {
    ...root,
    id: 'non-finite-loss:loss',
    rule: 'non-finite-loss',
    cause: 'exploding-gradient',
    message: text('The loss is {0}.', 'NaN'),
  };
  return [root, symptom];
}

export function snapshotOf(findings: Finding[], more: Partial<RunSnapshot> = {}): RunSnapshot {
  return {
    summary: {
      id: '20261120-120000-digits-abcdef',
      name: 'digits',
      directory: '/project/.training-debugger/runs/20261120-120000-digits-abcdef',
      status: 'completed',
      problem: null,
      problemSource: null,
      startedAt: 1_790_000_000,
      endedAt: 1_790_000_012.5,
      exitCode: 0,
      steps: 400,
      epoch: 1,
      totalSteps: 400,
      totalEpochs: 2,
      loss: { first: 2.3, last: 'NaN', best: 0.5, bestStep: 300 },
      validation: null,
      runtime: { framework: 'pytorch', version: '2.9.0', backend: 'cpu', device: 'EPYC', reason: null },
      ranks: 1,
      findings: { error: 0, warning: 1, info: 0, hint: 0 },
    },
    series: [],
    losses: [],
    findings,
    checks: [
      { rule: 'initial-loss', status: 'ran', reason: null },
      { rule: 'overfitting', status: 'skipped', reason: text('Not measured: {0}.', 'validation/loss') },
      {
        rule: 'not-learning',
        status: 'ran',
        reason: text('Suppressed by a comment in {0}.', 'train.py:3'),
        suppressed: [{ file: '/project/train.py', line: 3 }],
      },
    ],
    notices: [],
    places: [],
    epochs: [],
    console: [],
    planned: null,
    stop: null,
    checkpoints: [],
    changes: [],
    ...more,
  };
}

/** A run of ten steps whose first loss is far off, at line 2 of `script`; nothing was found when it ran. */
export function recordRun(runs: string, rules: Record<string, RuleSetting> = {}, script = 'a\nb\n'): string {
  const { id, directory } = createRunDirectory(runs, 'digits');
  const file = join(runs, 'train.py');
  writeFileSync(file, script);
  const config = { ...launchConfig(runs), rules };
  const manifest = newManifest({ id, directory, config, command: ['python', file], version: '0.1.0' });
  Object.assign(manifest.summary, { status: 'completed', steps: 10, exitCode: 0 });
  writeManifest(directory, manifest);
  const recorder = new RunRecorder(directory);
  recorder.record(0, { ...hello, token: '' });
  recorder.record(0, lossSeen(file));
  recorder.record(0, stepsOf(0, 10, { loss: (step) => 90 - step }));
  recorder.close();
  return directory;
}

function lossSeen(file: string): LossSeen {
  return {
    type: 'loss',
    id: 0,
    series: 'loss',
    label: 'loss',
    optimizer: 0,
    function: 'cross_entropy',
    source: { file, line: 2 },
    pure: true,
    reduction: 'mean',
    classes: 10,
    elements: 64,
  };
}
