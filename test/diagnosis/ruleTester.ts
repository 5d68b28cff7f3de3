/** Tests of rules: what must stay silent, and what must fire, at which step, with which evidence. */
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/protocol/runApi.js';
import type { LossSeen, OptimizerSeen, ProbeMessage, Steps } from '../../src/protocol/telemetry.js';
import { formatText, type SourceLine, toWire, type WireNumber } from '../../src/protocol/values.js';
import type { DiagnosisOptions } from '../../src/diagnosis/options.js';
import { DiagnosisEngine } from '../../src/diagnosis/engine.js';
import type { Rule } from '../../src/diagnosis/rule.js';

export interface RuleCase {
  name: string;
  messages: ProbeMessage[];
  /** What ranks 1, 2 … say. */
  others?: ProbeMessage[][];
  options?: Partial<DiagnosisOptions>;
}

export interface FiringCase extends RuleCase {
  step: number;
  /** Each value the evidence must hold; numbers may be off by a millionth. */
  evidence: Record<string, WireNumber | string>;
  line: number;
  message?: RegExp;
}

export interface RuleCases {
  silent: [RuleCase, ...RuleCase[]];
  fires: [FiringCase, ...FiringCase[]];
}

export const LINES = { loss: 31, backward: 33, step: 34, optimizer: 12 };

export function at(line: number): SourceLine {
  return { file: '/train.py', line };
}

/** A classification loss over ten classes unless said otherwise. */
export function lossSeen(given: Partial<LossSeen> = {}): LossSeen {
  return {
    type: 'loss',
    id: 0,
    series: 'loss',
    label: 'loss',
    optimizer: 0,
    function: 'cross_entropy',
    pure: true,
    reduction: 'mean',
    classes: 10,
    elements: 64,
    outputShape: [64, 10],
    source: at(LINES.loss),
    backwardSource: at(LINES.backward),
    ...given,
  };
}

export function optimizerSeen(given: Partial<OptimizerSeen> = {}): OptimizerSeen {
  const places = { source: at(LINES.optimizer), stepSource: at(LINES.step) };
  return {
    type: 'optimizer',
    id: 0,
    name: 'SGD',
    groups: [{ parameters: 4, options: { lr: 0.1 } }],
    ...places,
    ...given,
  };
}

/** Steps one after the other from their series; NaN and infinities may be written as numbers. */
export function steps(scalars: Record<string, (number | null)[]>, first = 0): Steps {
  const length = Math.max(...Object.values(scalars).map((values) => values.length));
  const wire = (values: (number | null)[]) => values.map((value) => (value === null ? null : toWire(value)));
  const entries = Object.entries(scalars).map(([name, values]) => [name, wire(values)] as const);
  return {
    type: 'steps',
    first,
    time: Array.from({ length }, (_, i) => (first + i) * 0.01),
    scalars: Object.fromEntries(entries),
  };
}

/** The same numbers for every seed, in (0, 1). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 4294967296;
  };
}

export function diagnose(rule: Rule<unknown>, { messages, others = [], options }: RuleCase): Finding[] {
  const engine = new DiagnosisEngine({ rules: {}, ...options }, [rule]);
  for (const [rank, told] of [messages, ...others].entries()) {
    for (const message of told) engine.accept(rank, message);
  }
  const failed = engine.checks().find(({ reason }) => reason?.template.startsWith('The check failed'));
  if (failed?.reason) throw new Error(formatText(failed.reason));
  return engine.findings;
}

function expectEvidence(finding: Finding, evidence: FiringCase['evidence']): void {
  for (const [name, value] of Object.entries(evidence)) {
    const found = finding.evidence[name];
    if (typeof value === 'number') expect(found, name).toBeCloseTo(value, 6);
    else expect(found, name).toBe(value);
  }
}

/** Runs a rule alone over both lists of cases. */
export function testRule(rule: Rule<unknown>, cases: RuleCases): void {
  describe(`${rule.id} is silent`, () => {
    it.each(cases.silent)('$name', (one) => {
      expect(diagnose(rule, one).map(({ message }) => formatText(message))).toEqual([]);
    });
  });
  describe(`${rule.id} fires`, () => {
    it.each(cases.fires)('$name', (one) => {
      const [finding, ...more] = diagnose(rule, one);
      expect(more).toEqual([]);
      expect(finding?.step).toBe(one.step);
      expect(finding?.source?.line).toBe(one.line);
      expectEvidence(finding!, one.evidence);
      const sentence = formatText(finding!.message);
      expect(sentence).toMatch(one.message ?? /^[A-Z].*\.$/);
      expect(sentence).not.toMatch(/\{\d\}|undefined/);
    });
  });
}
