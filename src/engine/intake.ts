import { type DiagnosisEngine } from '../diagnosis/engine.js';
import type { Finding } from '../protocol/runApi.js';
import type { Gate, Notice, ProbeMessage } from '../protocol/telemetry.js';
import { text } from '../protocol/values.js';
import { RunState } from '../run/runState.js';
import { log } from './log.js';
import type { RunRecorder } from './recorder/index.js';

export interface IntakeEvents {
  measured(): void;
  described(): void;
  findings(findings: Finding[]): void;
}

/** Messages that change what a snapshot says beside series and summary. */
const DESCRIBING = new Set<ProbeMessage['type']>([
  'hello',
  'runtime',
  'optimizer',
  'scheduler',
  'layers',
  'parameters',
  'loader',
  'loss',
  'epoch',
  'plan',
  'notice',
  'change',
  'exception',
  'change',
  'checkpoint',
]);

/** The way of each message: recorded first, then understood, then judged. A fault in one of these spares the others. */
export class Intake {
  readonly state = new RunState();
  private readonly faulty = new Set<string>();

  constructor(
    private readonly recorder: RunRecorder,
    readonly diagnosis: DiagnosisEngine,
    private readonly events: IntakeEvents,
  ) {}

  message(rank: number, message: ProbeMessage): void {
    this.guard('recording', () => this.recorder.record(rank, message));
    this.guard('understanding', () => this.state.apply(rank, message));
    this.guard('diagnosis', () => this.judge(rank, message));
    if (DESCRIBING.has(message.type)) this.events.described();
    this.events.measured();
  }

  /** A step whose update waits, before it is told as a whole. */
  gate(rank: number, gate: Gate): void {
    this.guard('diagnosis', () => this.tell(this.diagnosis.gate(rank, gate)));
  }

  /** Something that the engine itself has to say. */
  notice(code: string, message: Notice['message'], level: Notice['level'] = 'warning'): void {
    this.message(this.state.hello?.rank ?? 0, { type: 'notice', level, code, message });
  }

  private judge(rank: number, message: ProbeMessage): void {
    this.tell(this.diagnosis.accept(rank, message));
  }

  private tell(findings: Finding[]): void {
    if (findings.length === 0) return;
    this.recorder.findings(findings);
    this.events.findings(findings);
  }

  private guard(part: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      log(`${part} failed`, error);
      if (this.faulty.has(part)) return;
      this.faulty.add(part);
      const reason = error instanceof Error ? error.message : String(error);
      this.notice('engine-fault', text('A fault in {0}: {1} The training is not affected.', part, reason));
    }
  }
}
