import { join } from 'node:path';
import { DiagnosisEngine } from '../diagnosis/engine.js';
import { diagnosisOptions } from '../diagnosis/options.js';
import type { LaunchConfig, RunMethod, RunRequests, RunSummary } from '../protocol/runApi.js';
import { ENVIRONMENT, type ProbeMessage } from '../protocol/telemetry.js';
import { text } from '../protocol/values.js';
import { Debugging, type DebuggingEvents } from './debugging/debugging.js';
import { RequestError } from './debugging/requestError.js';
import { ConsoleTail } from './consoleTail.js';
import { Deferred } from './deferred.js';
import { GpuRecording } from './gpuRecording.js';
import { GrowingSeries } from './growingSeries.js';
import { Intake } from './intake.js';
import { countMemoryKills } from './launch/memoryKills.js';
import { trainingCommand, type Prepared } from './launch/prepare.js';
import { Stopper, type StopTarget } from './launch/stopper.js';
import { Training, type TrainingEnd, type TrainingEvents } from './launch/training.js';
import { Lifecycle } from './lifecycle.js';
import { log } from './log.js';
import { ManifestKeeper } from './manifestKeeper.js';
import { outcomeOf } from './outcome.js';
import { Publisher } from './publisher.js';
import { newManifest, RUN_FILES, RunRecorder } from './recorder/index.js';
import type { Client, RunService, Subscriber } from './service.js';
import type { SocketDirectory } from './sockets.js';
import { ScriptSuppressions } from './suppressions.js';
import { TelemetryServer } from './telemetry/server.js';
import { newToken } from './token.js';
import { snapshotOf, summaryOf, type RunView } from './view.js';

/** Milliseconds between records of which checks ran, for a run whose engine is killed. */
const CHECKS_EVERY = 1000;

/** Milliseconds that the last measurements may take to arrive after the training ended. */
const LAST_WORDS = 2000;

export interface SessionOptions {
  config: LaunchConfig;
  id: string;
  directory: string;
  prepared: Prepared;
  /** The bundle this process runs, which runs the runner too. */
  engineScript: string;
  /** `dist/probes`. */
  probes: string;
  /** Of this extension. */
  version: string;
  /** The training prints to our own streams, as in a terminal. */
  foreground: boolean;
}

type Served = Exclude<RunMethod, 'attach'>;
type Handlers = {
  [M in Served]: (
    params: RunRequests[M]['params'],
    by: Client | null,
  ) => RunRequests[M]['result'] | Promise<RunRequests[M]['result']>;
};

/** One run from start to end: the training, what is heard of it, and what clients may ask. */
export class Session implements RunService {
  private readonly growing = new GrowingSeries();
  private readonly console = new ConsoleTail();
  private readonly token = newToken();
  private readonly life = new Lifecycle(
    () => this.stopper.requested,
    () => this.debugging.stop !== null,
  );
  private readonly memoryKills = countMemoryKills();
  private readonly recorder: RunRecorder;
  private readonly manifest: ManifestKeeper;
  private readonly publisher: Publisher;
  private readonly intake: Intake;
  private readonly debugging: Debugging;
  private readonly telemetry: TelemetryServer;
  private readonly stopper: Stopper;
  private readonly suppressions = new ScriptSuppressions((problem) =>
    this.intake.notice('unknown-rule', problem),
  );
  private training: Training | null = null;
  private recordedChecks = '';
  private readonly checking = setInterval(() => this.recordChecks(), CHECKS_EVERY).unref();
  private readonly gpus: GpuRecording;
  private readonly finished = new Deferred<RunSummary>();

  /** Throws where the record cannot be kept. */
  constructor(private readonly options: SessionOptions) {
    this.recorder = new RunRecorder(options.directory, {
      onProblem: ({ kind, message }) => this.intake.notice(`record-${kind}`, message),
    });
    this.publisher = new Publisher(() => ({
      summary: this.summary(),
      series: this.growing.grown(this.recorder.series()),
    }));
    this.intake = new Intake(this.recorder, this.diagnosis(), {
      measured: () => this.publisher.progress(),
      described: () => this.publisher.described(),
      findings: (findings) => {
        this.debugging.found(findings);
        this.publisher.findings(findings);
      },
    });
    this.debugging = new Debugging(options.config, this.debuggingEvents());
    this.telemetry = new TelemetryServer(this.token, {
      message: (rank, message) => this.hear(rank, message),
      conversation: (rank, message) => this.debugging.converse(rank, message),
      left: (rank) => this.debugging.left(rank),
      notice: (notice) => this.intake.notice(notice.code, notice.message, notice.level),
    });
    this.stopper = new Stopper(this.stopTarget());
    this.gpus = new GpuRecording({
      state: this.intake.state,
      env: options.prepared.user,
      chosen: options.config.gpus,
      measured: (rank, resources) => {
        this.intake.message(rank, resources);
        this.debugging.hear(rank, resources);
      },
      unavailable: (problem) => this.intake.notice('gpu-unavailable', problem),
    });
    const { interpreter, args } = options.prepared;
    const manifest = newManifest({ ...options, command: [interpreter.file, ...args] });
    this.manifest = new ManifestKeeper(options.directory, manifest, () => this.summary());
  }

  /** The summary of the finished run, whose record is complete by then. */
  get ended(): Promise<RunSummary> {
    return this.finished.promise;
  }

  async start(sockets: SocketDirectory): Promise<void> {
    const { config, prepared, directory, engineScript, probes, foreground } = this.options;
    void this.manifest.addGit(config.cwd);
    if (config.program !== undefined) this.suppressions.read(config.program);
    const socket = await this.telemetry.listen(sockets);
    const checkpoints = join(directory, RUN_FILES.checkpoints);
    const command = trainingCommand(config, prepared, {
      ...{ socket, token: this.token, checkpoints, probes },
      gear: this.debugging.firstGear,
    });
    const consoleFile = join(directory, RUN_FILES.console);
    this.training = new Training(
      engineScript,
      { type: 'start', command, consoleFile, foreground },
      this.trainingEvents(),
    );
  }

  subscribe(subscriber: Subscriber): { dispose(): void } {
    return this.publisher.subscribe(subscriber);
  }

  async request<M extends Served>(
    method: M,
    params: RunRequests[M]['params'],
    by: Client | null = null,
  ): Promise<RunRequests[M]['result']> {
    return this.handlers[method](params, by);
  }

  /** These clients are attached over the run API. */
  attended(clients: ReadonlySet<Client>): void {
    this.debugging.attended(clients);
  }

  /** Shows a line below what the training prints, where it prints to our own terminal. */
  showStatus(line: string): void {
    this.training?.showStatus(line);
  }

  /** Prints a line of our own among what the training prints to our own terminal. */
  say(line: string): void {
    this.training?.say(line);
  }

  /** Ends all that this holds open; the record stays. */
  close(): void {
    clearInterval(this.checking);
    this.gpus.stop();
    this.telemetry.close();
    this.recorder.close();
    this.manifest.close();
  }

  private readonly handlers: Handlers = {
    snapshot: () => snapshotOf(this.view(), this.recorder.series(), this.console, this.debugging.stop),
    frames: (request) => this.recorder.frames(request),
    parameterFrame: (request) => this.recorder.parameterFrame(request),
    exportCsv: (request) => this.recorder.exportCsv(request),
    pause: () => this.control((debugging) => debugging.pause()),
    resume: () => this.control((debugging) => debugging.resume()),
    setBreakpoints: ({ owner, ...breakpoints }, client) =>
      this.debugging.setBreakpoints({ owner, client }, breakpoints),
    advance: ({ how }) => this.control((debugging) => debugging.advance(how)),
    inspect: ({ rank, call }) => this.debugging.inspect(rank, call),
    measures: ({ rank }) => ({ values: this.debugging.measures(rank) }),
    stop: () => this.stop(),
  };

  /** The rules as configured, and as the comments of the scripts say. */
  private diagnosis(): DiagnosisEngine {
    const { config } = this.options;
    const { suppressed } = this.suppressions;
    return new DiagnosisEngine({ ...diagnosisOptions(config.rules), suppressed });
  }

  private hear(rank: number, message: ProbeMessage): void {
    this.life.hear(rank, message);
    this.intake.message(rank, message);
    this.debugging.hear(rank, message);
    this.manifest.learn(rank, message);
    if (message.type === 'runtime') this.gpus.runtimeSeen(message);
  }

  private control(change: (debugging: Debugging) => void): null {
    if (this.life.over !== null) throw new RequestError(text('This run is over.'));
    change(this.debugging);
    return null;
  }

  private debuggingEvents(): DebuggingEvents {
    return {
      send: (rank, message) => this.telemetry.send(rank, message),
      judge: (rank, gate) => this.intake.gate(rank, gate),
      known: () => this.intake.diagnosis.findings,
      stopped: (stop) => this.publisher.stopped(stop),
      continued: () => this.publisher.continued(),
      notice: (code, message) => this.intake.notice(code, message),
    };
  }

  private stop(): null {
    if (this.life.over === null) this.stopper.request();
    this.debugging.end();
    this.publisher.progress();
    return null;
  }

  private stopTarget(): StopTarget {
    return {
      pid: () => this.training?.pid ?? null,
      ended: () => this.training?.ended ?? true,
      askProbes: () => this.telemetry.stop(),
      tree: { marker: `${ENVIRONMENT.token}=${this.token}` },
    };
  }

  private trainingEvents(): TrainingEvents {
    return {
      started: () => {
        this.stopper.targetStarted();
        this.publisher.progress();
      },
      console: (chunks) => {
        this.console.add(chunks);
        this.publisher.printed(chunks);
      },
      consoleLog: (problem) => this.sayConsoleLog(problem),
      ended: (end) => {
        this.finish(end)
          .catch((error: unknown) => log('finishing the run failed', error))
          .finally(() => this.finished.resolve(this.summary()));
      },
    };
  }

  private sayConsoleLog(problem: string | null): void {
    if (problem === null) return;
    this.intake.notice(
      'console-log',
      text('What the script prints cannot be kept at the moment ({0}). The training goes on.', problem),
    );
  }

  private sayNothingMeasured(): void {
    this.intake.notice(
      'nothing-measured',
      text(
        'Nothing was measured: the script built no optimizer of PyTorch or TensorFlow.js, and was not seen to change weights by hand after several backward passes.',
      ),
      'info',
    );
  }

  private recordChecks(): void {
    const checks = this.intake.diagnosis.checks();
    const told = JSON.stringify(checks);
    if (told === this.recordedChecks) return;
    this.recordedChecks = told;
    this.recorder.checks(checks);
    this.publisher.described();
  }

  private async finish(end: TrainingEnd): Promise<void> {
    const { prepared, config } = this.options;
    if (this.stopper.requested) await this.stopper.finish();
    await this.telemetry.drained(LAST_WORDS);
    this.debugging.end();
    const outcome = outcomeOf(end, {
      interpreter: prepared.interpreter.file,
      runtime: prepared.interpreter.runtime,
      cwd: config.cwd,
      stopped: this.stopper.requested,
      outOfMemory: (countMemoryKills() ?? 0) > (this.memoryKills ?? 0),
      state: this.intake.state.summary(),
    });
    this.gpus.stop();
    this.life.end(outcome);
    if (outcome.status === 'completed' && this.intake.state.hello === null) this.sayNothingMeasured();
    clearInterval(this.checking);
    this.recordChecks();
    this.recorder.flush();
    const summary = this.summary();
    this.manifest.finish(end.kind === 'exited' ? end.signal : null);
    this.publisher.ended(summary);
  }

  private summary(): RunSummary {
    return summaryOf(this.view());
  }

  private view(): RunView {
    const { id, directory, config } = this.options;
    return { id, name: config.name, directory, life: this.life, intake: this.intake };
  }
}
