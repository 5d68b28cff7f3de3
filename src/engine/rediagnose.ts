/** A recorded run, diagnosed again by the rules that there are now. */
import { DiagnosisEngine } from '../diagnosis/engine.js';
import { diagnosisOptions, mergeRuleSettings } from '../diagnosis/options.js';
import { RULES } from '../diagnosis/registry.js';
import type { RuleSetting, RunSnapshot } from '../protocol/runApi.js';
import { countFindings } from '../run/findings.js';
import { readRules } from './launch/rules.js';
import { ScriptSuppressions } from './suppressions.js';
import { readManifest, replayRun } from './recorder/index.js';

/**
 * The snapshot with findings and checks as they are today. Comments in the scripts count as the scripts are now, and
 * settings as the run was launched with, under `rules`. Throws where the measurements cannot be read.
 */
export function rediagnose(
  snapshot: RunSnapshot,
  rules: Readonly<Record<string, RuleSetting>> = {},
): RunSnapshot {
  const { directory } = snapshot.summary;
  const { suppressed } = new ScriptSuppressions();
  const settings = diagnosisOptions(mergeRuleSettings(launchedWith(directory), rules));
  const diagnosis = new DiagnosisEngine({ ...settings, suppressed });
  for (const { rank, message } of replayRun(directory)) diagnosis.accept(rank, message);
  const { findings } = diagnosis;
  const summary = { ...snapshot.summary, findings: countFindings(findings) };
  return { ...snapshot, summary, findings, checks: diagnosis.checks() };
}

/** Settings of rules that are still there, as far as they are still allowed. */
function launchedWith(directory: string): Record<string, RuleSetting> {
  try {
    const known = Object.entries(readManifest(directory).config.rules).filter(([id]) =>
      RULES.some((rule) => rule.id === id),
    );
    return Object.assign({}, ...known.map(([id, setting]) => stillAllowed(id, setting))) as Record<
      string,
      RuleSetting
    >;
  } catch {
    return {};
  }
}

function stillAllowed(id: string, setting: RuleSetting): Record<string, RuleSetting> {
  try {
    return readRules({ [id]: setting }, 'rules');
  } catch {
    return {};
  }
}
