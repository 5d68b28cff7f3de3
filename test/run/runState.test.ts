import { describe, expect, it } from 'vitest';
import type { Hello, ProbeMessage } from '../../src/protocol/telemetry.js';
import { text } from '../../src/protocol/values.js';
import { RunState } from '../../src/run/runState.js';

const at = (line: number) => ({ file: '/train.py', line });

const hello = (rank: number): Hello => ({
  type: 'hello',
  version: 1,
  token: '',
  framework: 'pytorch',
  frameworkVersion: '2.9.0',
  language: 'python',
  languageVersion: '3.12',
  pid: 1,
  rank,
  localRank: rank,
  worldSize: 2,
  host: 'h',
  script: '/train.py',
  argv: [],
  cwd: '/',
  time: 0,
  packages: {},
});

function state(...messages: ProbeMessage[]): RunState {
  const run = new RunState();
  for (const message of messages) run.apply(0, message);
  return run;
}

describe('RunState', () => {
  it('keeps what was changed by hand, in order, of every rank', () => {
    const run = new RunState();
    run.apply(1, { type: 'change', step: 3, time: 1, kind: 'value', name: 'lr', before: '1', after: '2' });
    run.apply(0, { type: 'change', step: 4, time: 2, kind: 'skip', name: '' });
    expect(run.changes).toEqual([
      { step: 3, time: 1, kind: 'value', name: 'lr', before: '1', after: '2' },
      { step: 4, time: 2, kind: 'skip', name: '' },
    ]);
  });

  it('knows nothing before the first message', () => {
    expect(new RunState().summary()).toEqual({
      steps: 0,
      epoch: null,
      totalSteps: null,
      totalEpochs: null,
      loss: { first: null, last: null, best: null, bestStep: null },
      validation: null,
      runtime: null,
      ranks: 0,
      problemSource: null,
      exception: null,
    });
  });

  it('sums up the loss: first, last, and the step of the best finite value', () => {
    const summary = state(
      { type: 'steps', first: 0, time: [1, 2], epoch: [0, 0], scalars: { loss: [2.5, null] } },
      { type: 'steps', first: 2, time: [3, 4, 5], epoch: [0, 1, 1], scalars: { loss: [0.5, 0.7, 'NaN'] } },
    ).summary();
    expect(summary).toMatchObject({
      steps: 5,
      epoch: 1,
      loss: { first: 2.5, last: 'NaN', best: 0.5, bestStep: 2 },
    });
  });

  it('has no best of a loss that was never finite', () => {
    const { loss } = state({ type: 'steps', first: 0, time: [1], scalars: { loss: ['Infinity'] } }).summary();
    expect(loss).toEqual({ first: 'Infinity', last: 'Infinity', best: null, bestStep: null });
  });

  it('keeps the best validation and the step it was made at', () => {
    const validation = (step: number, value: number): ProbeMessage => ({
      type: 'validation',
      step,
      time: step,
      batches: 3,
      scalars: { 'validation/loss': value, 'validation/accuracy': 0.9 },
    });
    const { validation: summary } = state(
      validation(45, 0.8),
      validation(90, 0.3),
      validation(135, 0.4),
    ).summary();
    expect(summary).toEqual({ first: 0.8, last: 0.4, best: 0.3, bestStep: 90 });
  });

  it('plans from what is known best, and learns of the plan bit by bit', () => {
    const run = state({ type: 'plan', stepsPerEpoch: 45 });
    expect(run.summary()).toMatchObject({ totalSteps: null, totalEpochs: null });
    run.apply(0, { type: 'plan', epochs: 4 });
    expect(run.summary()).toMatchObject({ totalSteps: 180, totalEpochs: 4 });
    run.apply(0, { type: 'plan', totalSteps: 100 });
    expect(run.summary()).toMatchObject({ totalSteps: 100, totalEpochs: 4 });
  });

  it('tells each loss once, with its expectation', () => {
    const loss: ProbeMessage = {
      type: 'loss',
      id: 0,
      series: 'loss',
      label: 'loss',
      optimizer: 0,
      function: 'cross_entropy',
      classes: 10,
      reduction: 'mean',
      pure: true,
      backwardSource: at(9),
    };
    expect(state(loss, loss).losses).toEqual([
      {
        series: 'loss',
        label: 'loss',
        function: 'cross_entropy',
        expected: Math.log(10),
        expectedFormula: 'ln(10)',
        source: at(9),
      },
    ]);
  });

  it('names places once, and layers once a line', () => {
    const optimizer: ProbeMessage = {
      type: 'optimizer',
      id: 0,
      name: 'Adam',
      source: at(3),
      stepSource: at(8),
      groups: [],
    };
    const layers: ProbeMessage = {
      type: 'layers',
      layers: [
        { name: '', kind: 'Net' },
        { name: 'blocks.0', kind: 'Linear', source: at(5) },
        { name: 'blocks.1', kind: 'Linear', source: at(5) },
      ],
    };
    expect(state(optimizer, optimizer, layers).places).toEqual([
      { kind: 'optimizer', label: 'Adam', source: at(3) },
      { kind: 'step', label: 'Adam', source: at(8) },
      { kind: 'layer', label: 'blocks.0', source: at(5) },
    ]);
  });

  it('learns the role of a loader after it was built', () => {
    const loader = { type: 'loader', id: 0, source: at(4), batchSize: 8, batches: 2, workers: 0 } as const;
    const run = state(
      { ...loader, shuffled: true, role: 'unknown' },
      { ...loader, shuffled: true, role: 'train' },
    );
    expect(run.places).toEqual([{ kind: 'loader', label: 'train', source: at(4) }]);
  });

  it('shows the lowest rank’s loss, whichever came first, and counts steps and ranks of all', () => {
    const run = new RunState();
    const steps = (loss: number, n: number): ProbeMessage => ({
      type: 'steps',
      first: 0,
      time: Array<number>(n).fill(0),
      scalars: { loss: Array<number>(n).fill(loss) },
    });
    run.apply(1, hello(1));
    run.apply(1, steps(1, 7));
    run.apply(0, hello(0));
    run.apply(0, { type: 'runtime', backend: 'cpu', device: 'Xeon', gpus: [], seeds: { torch: 3 } });
    run.apply(0, steps(2, 5));
    run.apply(1, { type: 'steps', first: 7, time: [1], scalars: { loss: [0.1] } });
    expect(run.summary()).toMatchObject({ steps: 8, ranks: 2, loss: { first: 2, last: 2, best: 2 } });
    expect(run.summary().runtime).toEqual({
      framework: 'pytorch',
      version: '2.9.0',
      backend: 'cpu',
      device: 'Xeon',
      reason: null,
    });
    expect(run.hello?.rank).toBe(0);
    expect(run.seeds).toEqual({ torch: 3 });
  });

  it('points to the innermost line of the first exception', () => {
    const exception = (line: number): ProbeMessage => ({
      type: 'exception',
      kind: 'ValueError',
      message: 'no',
      frames: [at(1), at(line)],
    });
    const run = state(exception(20), exception(30));
    expect(run.summary().problemSource).toEqual(at(20));
    expect(run.summary().exception?.kind).toBe('ValueError');
  });

  it('shows a notice once', () => {
    const notice: ProbeMessage = { type: 'notice', level: 'info', code: 'a', message: text('{0} off', 'x') };
    const other: ProbeMessage = { ...notice, message: text('{0} off', 'y') };
    expect(state(notice, notice, other).notices).toHaveLength(2);
  });

  it('keeps of each checkpoint file what was written to it last', () => {
    const kept = (kind: 'best' | 'saved', file: string, step: number): ProbeMessage => ({
      type: 'checkpoint',
      kind,
      file,
      step,
    });
    const run = state(
      kept('best', '/c/best.pt', 10),
      kept('saved', '/c/saved-12.pt', 12),
      kept('best', '/c/best.pt', 30),
    );
    expect(run.checkpoints).toEqual([
      { kind: 'best', file: '/c/best.pt', step: 30 },
      { kind: 'saved', file: '/c/saved-12.pt', step: 12 },
    ]);
  });

  it('does not grow with the run', () => {
    const run = new RunState();
    for (let epoch = 0; epoch < 100_000; epoch++) {
      run.apply(0, { type: 'epoch', epoch, step: epoch * 10, time: epoch });
      run.apply(0, { type: 'notice', level: 'info', code: `n${epoch}`, message: text('x') });
      run.apply(0, {
        type: 'validation',
        step: epoch,
        time: 0,
        batches: 1,
        scalars: {},
        source: at(epoch + 1),
      });
    }
    expect(run.epochs.length).toBeLessThan(5000);
    expect(run.epochs[0]?.epoch).toBe(0);
    expect(run.epochs.at(-1)?.epoch).toBeGreaterThan(99_000);
    expect(run.notices.length).toBeLessThan(1000);
    expect(run.places.length).toBeLessThan(1000);
  });
});
