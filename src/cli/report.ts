/** What `--json` writes: docs/report.schema.json describes it, and it stays as it is. */
import type { Finding, RunSnapshot, RunSummary } from '../protocol/runApi.js';
import { formatText, type WireNumber } from '../protocol/values.js';

interface ReportLoss {
  first: WireNumber | null;
  last: WireNumber | null;
  best: WireNumber | null;
}

export interface Report {
  run: {
    id: string;
    status: string;
    exitCode: number | null;
    steps: number;
    durationSeconds: number;
    loss: ReportLoss;
    validation: ReportLoss | null;
    runtime: { framework: string; version: string; backend: string; device: string } | null;
  };
  findings: {
    rule: string;
    cause: string | null;
    severity: string;
    step: number;
    message: string;
    evidence: Finding['evidence'];
    source: { file: string; line: number } | null;
    fixes: { title: string; safety: string }[];
  }[];
  checks: { rule: string; status: string; reason: string | null }[];
}

export function buildReport({ summary, findings, checks }: RunSnapshot): Report {
  return {
    run: reportRun(summary),
    findings: findings.map(reportFinding),
    checks: checks.map(({ rule, status, reason }) => ({
      rule,
      status,
      reason: reason === null ? null : formatText(reason),
    })),
  };
}

function reportRun(summary: RunSummary): Report['run'] {
  const { id, status, exitCode, steps, startedAt, endedAt, loss, validation, runtime } = summary;
  return {
    id,
    status,
    exitCode,
    steps,
    durationSeconds: Math.round(((endedAt ?? Date.now() / 1000) - startedAt) * 1000) / 1000,
    loss: reportLoss(loss),
    validation: validation === null ? null : reportLoss(validation),
    runtime: runtime && {
      framework: runtime.framework,
      version: runtime.version,
      backend: runtime.backend,
      device: runtime.device,
    },
  };
}

function reportLoss({ first, last, best }: RunSummary['loss']): ReportLoss {
  return { first, last, best };
}

function reportFinding(finding: Finding): Report['findings'][number] {
  const { rule, cause, severity, step, evidence, source } = finding;
  return {
    rule,
    cause,
    severity,
    step,
    message: formatText(finding.message),
    evidence,
    source: source && { file: source.file, line: source.line },
    fixes: finding.fixes.map(({ title, safety }) => ({ title: formatText(title), safety })),
  };
}
