/** Gathers what the HTML report shows beside the snapshot: series, lines of the scripts, how the run was made. */
import { readFileSync, statSync } from 'node:fs';
import { RULES } from '../diagnosis/registry.js';
import { readManifest, type RunManifest } from '../engine/recorder/index.js';
import type { HtmlReportInput, Reproduction } from '../exchange/htmlReport.js';
import type { RunClient, RunSnapshot } from '../protocol/runApi.js';

/** Points of a series at most: what a chart of this width can show. */
const WIDTH = 600;
const MAX_SOURCE_BYTES = 4 * 1024 * 1024;

export async function gatherHtmlReport(
  snapshot: RunSnapshot,
  run: Pick<RunClient, 'request'>,
): Promise<HtmlReportInput> {
  const rank = Math.min(0, ...snapshot.series.map((series) => series.rank));
  const series = snapshot.series.filter((one) => one.rank === rank).map(({ name }) => name);
  const frames = await run.request('frames', { rank, series, x: 'step', width: WIDTH });
  const titles = Object.fromEntries(RULES.map(({ id, title }) => [id, title]));
  const scripts = scriptsOf(snapshot);
  return {
    snapshot,
    rank,
    frames,
    titles,
    scripts,
    reproduction: reproductionOf(snapshot.summary.directory),
  };
}

/** Every file that a finding points into, as it is now. */
function scriptsOf({ findings }: RunSnapshot): Map<string, string[]> {
  const sources = findings.flatMap(({ source, causes }) => [
    source,
    ...(causes ?? []).map((cause) => cause.source),
  ]);
  const files = new Set(sources.flatMap((source) => (source === null ? [] : [source.file])));
  return new Map([...files].flatMap((file) => linesOf(file)));
}

function linesOf(file: string): [string, string[]][] {
  try {
    if (statSync(file).size > MAX_SOURCE_BYTES) return [];
    return [[file, readFileSync(file, 'utf8').split(/\r\n|\r|\n/)]];
  } catch {
    return [];
  }
}

function reproductionOf(directory: string): Reproduction | null {
  let manifest: RunManifest;
  try {
    manifest = readManifest(directory);
  } catch {
    return null;
  }
  const { command, config, interpreter, packages, hyperparameters, seeds, device, git, machine } = manifest;
  return {
    command,
    cwd: config.cwd,
    interpreter: interpreter && `${interpreter.language} ${interpreter.version}`,
    packages,
    hyperparameters,
    seeds,
    device: device && [device.backend, device.name].filter((part) => part !== '').join(', '),
    git: git && { commit: git.commit, branch: git.branch, changed: git.changed.length },
    machine: `${machine.os} ${machine.release}, ${machine.architecture}`,
    version: manifest.engine.version,
  };
}
