/** What `--json` writes: docs/report.schema.json describes it, and it stays as it is. */
import { LIVE_STATUSES, type Finding, type RunSnapshot, type RunSummary } from '../protocol/runApi.js';
import { formatText, type SourceLine, type WireNumber } from '../protocol/values.js';

interface ReportLoss {
  first: WireNumber | null;
  last: WireNumber | null;
  best: WireNumber | null;
}

interface ReportCause {
  id: string;
  title: string;
  because: string;
  fix: string;
  source: ReportSource | null;
}

interface ReportSource {
  file: string;
  line: number;
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
    source: ReportSource | null;
    fixes: { title: string; safety: string }[];
    causes: ReportCause[];
  }[];
  checks: { rule: string; status: string; reason: string | null }[];
  changes: {
    step: number;
    kind: string;
    name: string;
    before: string | null;
    after: string | null;
  }[];
}

export function buildReport({ summary, findings, checks, changes }: RunSnapshot): Report {
  return {
    run: reportRun(summary),
    findings: findings.map(reportFinding),
    checks: checks.map(({ rule, status, reason }) => ({
      rule,
      status,
      reason: reason === null ? null : formatText(reason),
    })),
    changes: changes.map(({ step, kind, name, before, after }) => ({
      ...{ step, kind, name },
      ...{ before: before ?? null, after: after ?? null },
    })),
  };
}

function reportRun(summary: RunSummary): Report['run'] {
  const { id, exitCode, steps, startedAt, endedAt, loss, validation, runtime } = summary;
  return {
    id,
    status: LIVE_STATUSES.includes(summary.status) ? 'running' : summary.status,
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
  const { rule, severity, step, evidence, source } = finding;
  return {
    rule,
    cause: causeOf(finding),
    severity,
    step,
    message: formatText(finding.message),
    evidence,
    source: reportSource(source),
    fixes: finding.fixes.map(({ title, safety }) => ({ title: formatText(title), safety })),
    causes: (finding.causes ?? []).map((cause) => ({
      id: cause.id,
      title: formatText(cause.title),
      because: formatText(cause.because),
      fix: formatText(cause.fix),
      source: reportSource(cause.source),
    })),
  };
}

/** The rule at the root of a symptom, else the likeliest cause; null where the finding is its own cause. */
function causeOf({ rule, cause, causes }: Finding): string | null {
  const likeliest = cause ?? causes?.[0]?.id ?? null;
  return likeliest === rule ? null : likeliest;
}

function reportSource(source: SourceLine | null): ReportSource | null {
  return source && { file: source.file, line: source.line };
}
