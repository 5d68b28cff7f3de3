/** The NVIDIA GPUs of this machine, as nvidia-smi tells. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { text, type Text } from '../../protocol/values.js';
import { findOnPath } from './executables.js';

export interface GpuInfo {
  /** As nvidia-smi counts, and CUDA under CUDA_DEVICE_ORDER=PCI_BUS_ID. */
  index: number;
  name: string;
  /** Bytes. Null where the GPU does not tell, as in a multi-instance slice. */
  memoryTotal: number | null;
  memoryUsed: number | null;
  memoryFree: number | null;
  /** Share of the last second in which it computed, 0 to 1. */
  utilization: number | null;
}

/** Either GPUs, or why there are none to choose from, in words a person can act on. */
export type GpuList = { gpus: GpuInfo[]; problem: null } | { gpus: []; problem: Text };

const COLUMNS = 'index,name,memory.total,memory.used,memory.free,utilization.gpu';
const TIMEOUT = 10_000;
const MIB = 1024 * 1024;
const run = promisify(execFile);

export function nvidiaSmiArguments(): string[] {
  return [`--query-gpu=${COLUMNS}`, '--format=csv,noheader,nounits'];
}

/** Where nvidia-smi is, or null; on Windows the driver puts it into the system folder, which is on the PATH. */
export function findNvidiaSmi(env: Readonly<Record<string, string | undefined>>): string | null {
  return findOnPath('nvidia-smi', env);
}

export async function listGpus(env: Readonly<Record<string, string | undefined>>): Promise<GpuList> {
  const file = findNvidiaSmi(env);
  if (file === null) return { gpus: [], problem: noNvidiaSmi() };
  try {
    const { stdout } = await run(file, nvidiaSmiArguments(), {
      timeout: TIMEOUT,
      windowsHide: true,
      env: { ...env },
    });
    const gpus = stdout.split('\n').flatMap((line) => parseGpuLine(line) ?? []);
    return gpus.length > 0
      ? { gpus, problem: null }
      : { gpus: [], problem: text('nvidia-smi lists no GPU.') };
  } catch (error) {
    return { gpus: [], problem: nvidiaSmiFailed(error) };
  }
}

/** One line of nvidia-smi's CSV without header and units; null for anything else. */
export function parseGpuLine(line: string): GpuInfo | null {
  const cells = line.split(',').map((cell) => cell.trim());
  const [index, name] = cells;
  if (cells.length !== 6 || index === undefined || !/^\d+$/.test(index)) return null;
  const [total = null, used = null, free = null, load = null] = cells.slice(2).map(readNumber);
  const bytes = (mebibytes: number | null): number | null => mebibytes && mebibytes * MIB;
  return {
    index: Number(index),
    name: name ?? '',
    memoryTotal: bytes(total),
    memoryUsed: bytes(used),
    memoryFree: bytes(free),
    utilization: load === null ? null : load / 100,
  };
}

/** `[N/A]` and `[Not Supported]` stand for what a GPU does not tell. */
function readNumber(cell: string): number | null {
  return /^\d+(\.\d+)?$/.test(cell) ? Number(cell) : null;
}

function noNvidiaSmi(): Text {
  return text(
    'No NVIDIA GPU can be listed, because nvidia-smi is not on the PATH. Where there is such a GPU, install its driver.',
  );
}

/** Without a working driver nvidia-smi says so on stdout, and ends with a status of its own. */
function nvidiaSmiFailed(error: unknown): Text {
  const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
  const said = `${stdout}\n${stderr}`.split('\n').find((line) => line.trim() !== '');
  return text(
    'nvidia-smi failed: {0}',
    said?.trim() ?? (error instanceof Error ? error.message : String(error)),
  );
}
