import { delimiter, join } from 'node:path';
import type { LaunchConfig } from '../../protocol/runApi.js';
import { ENVIRONMENT, type Gear } from '../../protocol/telemetry.js';
import { readEnvFile } from './envFile.js';

export interface ProbeAddress {
  socket: string;
  token: string;
  /** Folder for the best and the last checkpoint. */
  checkpoints: string;
  /** `dist/probes`. */
  probes: string;
  gear: Gear;
}

/** What VS Code sets for its own processes and would mislead a child; as its own terminals leave it out. */
const HOST_VARIABLES = /^(ELECTRON_|VSCODE_(?!(PORTABLE|SHELL_LOGIN|ENV_REPLACE|ENV_APPEND|ENV_PREPEND)))/;

/** The environment a person's own shell would give the script: ours, the environment file's, the configuration's. */
export function userEnvironment(
  config: Pick<LaunchConfig, 'env' | 'envFile'>,
  own: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const env = withoutHost(own);
  if (config.envFile !== undefined) Object.assign(env, readEnvFile(config.envFile, env));
  const wanted = Object.entries({ ...env, ...config.env });
  return Object.fromEntries(wanted.filter((entry): entry is [string, string] => entry[1] !== null));
}

/** Adds what the probe needs and what the configuration asks for. */
export function trainingEnvironment(
  config: LaunchConfig,
  user: Readonly<Record<string, string>>,
  probe: ProbeAddress,
): Record<string, string> {
  const site = join(probe.probes, 'pytorch', 'site');
  const env: Record<string, string> = {
    ...user,
    PYTHONPATH: user['PYTHONPATH'] ? `${site}${delimiter}${user['PYTHONPATH']}` : site,
    PYTHONUNBUFFERED: '1',
    [ENVIRONMENT.socket]: probe.socket,
    [ENVIRONMENT.token]: probe.token,
    [ENVIRONMENT.engine]: String(process.pid),
    [ENVIRONMENT.checkpoints]: probe.checkpoints,
  };
  if (probe.gear.gated) env[ENVIRONMENT.gear] = JSON.stringify(probe.gear);
  if (config.resumeFrom !== undefined) env[ENVIRONMENT.resume] = config.resumeFrom;
  if (config.seed !== undefined) env[ENVIRONMENT.seed] = String(config.seed);
  if (config.gpus !== undefined) {
    env['CUDA_VISIBLE_DEVICES'] = config.gpus.join(',');
    // Else CUDA numbers the GPUs by speed, and nvidia-smi, which the choice was made from, by slot.
    env['CUDA_DEVICE_ORDER'] = 'PCI_BUS_ID';
  }
  return env;
}

function withoutHost(own: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const inHost = own['ELECTRON_RUN_AS_NODE'] !== undefined;
  const kept = Object.entries(own).filter(([name]) => !inHost || !HOST_VARIABLES.test(name));
  return Object.fromEntries(kept.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
