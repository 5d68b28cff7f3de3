import { type Resources, type RuntimeSeen, SERIES } from '../protocol/telemetry.js';
import type { Text } from '../protocol/values.js';
import type { RunState } from '../run/runState.js';
import { GpuMonitor } from './launch/gpuMonitor.js';
import type { GpuInfo } from './launch/gpus.js';

export interface GpuRecordingOptions {
  state: RunState;
  /** The environment of the training. */
  env: Readonly<Record<string, string>>;
  /** Indices that the launch configuration names; absent: those that the ranks say they compute on. */
  chosen: readonly number[] | undefined;
  measured(rank: number, resources: Resources): void;
  unavailable(problem: Text): void;
}

/** Tells memory and load of a run's GPUs as measured by the lowest rank, once it is heard. */
export class GpuRecording {
  private monitor: GpuMonitor | null = null;

  constructor(private readonly options: GpuRecordingOptions) {}

  /** To be called with what each rank says of its backend. */
  runtimeSeen(runtime: RuntimeSeen): void {
    const { chosen, env } = this.options;
    // Under CUDA_VISIBLE_DEVICES a rank counts only what it sees, so its indices are not those of nvidia-smi.
    const counted = env['CUDA_VISIBLE_DEVICES'] === undefined ? runtime.gpus : [];
    this.start(chosen ?? counted);
  }

  stop(): void {
    this.monitor?.stop();
  }

  private start(gpus: readonly number[]): void {
    if (this.monitor !== null || gpus.length === 0) return;
    this.monitor = new GpuMonitor(gpus, this.options.env, {
      measured: (gpu) => this.record(gpu),
      unavailable: (problem) => this.options.unavailable(problem),
    });
    this.monitor.start();
  }

  private record(gpu: GpuInfo): void {
    const { state } = this.options;
    const { hello } = state;
    if (hello === null) return;
    const time = Date.now() / 1000 - hello.time;
    const step = Math.max(0, state.summary().steps - 1);
    const { memoryUsed: memory, memoryTotal, utilization } = gpu;
    const told = Object.entries({ memory, memoryTotal, utilization }).flatMap(([name, value]) =>
      value === null ? [] : [[`${SERIES.gpu}${gpu.index}/${name}`, value] as const],
    );
    this.options.measured(hello.rank, { type: 'resources', step, time, values: Object.fromEntries(told) });
  }
}
