/** What the diagnosis engine makes of a probe's log. */
import { DiagnosisEngine } from '../../src/diagnosis/engine.js';
import { decodeProbeMessage } from '../../src/protocol/decodeTelemetry.js';
import type { CheckReport, Finding } from '../../src/protocol/runApi.js';
import { isConversation } from '../../src/protocol/telemetry.js';

export interface Diagnosis {
  /** Optimizer steps in the log. */
  steps: number;
  findings: Finding[];
  checks: CheckReport[];
}

/** @param log lines as they stand in the file: of one rank, or of each in turn, from its greeting on */
export function diagnoseLog(log: string): Diagnosis {
  const engine = new DiagnosisEngine({ rules: {} });
  let [steps, rank] = [0, 0];
  for (const line of log.trimEnd().split('\n')) {
    const message = decodeProbeMessage(line);
    if (!message || isConversation(message)) continue;
    if (message.type === 'hello') rank = message.rank;
    engine.accept(rank, message);
    if (message.type === 'steps') steps = message.first + message.time.length;
  }
  return { steps, findings: engine.findings, checks: engine.checks() };
}
