/** How a training is held and goes on. */
import type { Forensics } from '../protocol/inspection.js';
import type { Advance, Stop } from '../protocol/runApi.js';
import { text } from '../protocol/values.js';
import type { Breakpoints } from './breakpoints.js';
import type { Context } from './context.js';
import { AdapterError } from './errors.js';
import { isNonFinite, moduleItems } from './forensics.js';
import type { Held } from './held.js';
import { group } from './items.js';
import type { Progress } from './progress.js';
import type { Threads } from './threads.js';

const REASONS: Record<Stop['reason'], string> = {
  entry: 'entry',
  pause: 'pause',
  step: 'step',
  finding: 'exception',
  expression: 'function breakpoint',
};

export class Stepping {
  /** The client has asked to go on and has no answer yet: stops that come meanwhile are told after it. */
  private advancing = false;
  /** The client knows that training goes on, since it asked for it. */
  private asked = false;
  private waiting: Stop | null = null;
  /** Once a session is enough. */
  private toldOfPast = false;
  private arrived: (() => void) | null = null;

  constructor(
    private readonly context: Context,
    private readonly held: Held,
    private readonly breakpoints: Breakpoints,
    private readonly threads: Threads,
    private readonly progress: Progress,
  ) {}

  async pause(): Promise<undefined> {
    await this.context.running().request('pause', {});
  }

  async advance(how: Advance): Promise<undefined> {
    const stop = this.held.require();
    if (how === 'back') this.refuseBack(stop);
    await this.goOn(() => this.request(how));
  }

  /** Back to the oldest step that is kept, without telling of those between. */
  async backToOldest(): Promise<undefined> {
    this.refuseBack(this.held.require());
    await this.goOn(async () => {
      for (let stop: Stop | null = this.held.stop; stop !== null && backOf(stop) > 0; stop = this.waiting) {
        const next = new Promise<void>((resolve) => (this.arrived = resolve));
        await this.request('back');
        await next;
      }
    });
  }

  stopped(stop: Stop): void {
    if (this.advancing) {
      this.waiting = stop;
      this.arrived?.();
      return;
    }
    if (stop.id === this.held.stop?.id) {
      this.held.shrink(stop);
      this.threads.stopped(stop);
      return;
    }
    this.asked = false;
    this.held.hold(stop);
    this.progress.end();
    this.threads.stopped(stop);
    if (stop.ranks.some(({ place }) => place.ahead > 0)) this.tellOfPast();
    this.tell(stop);
    if (isNonFinite(stop)) this.explain(stop);
  }

  continued(): void {
    if (this.advancing) return;
    this.held.letGo();
    if (!this.asked) this.context.event('continued', { threadId: 1, allThreadsContinued: true });
  }

  /** Nothing more comes of this run. */
  end(): void {
    this.waiting = null;
    this.arrived?.();
    this.held.letGo();
  }

  /** The stop that comes of it is told after the answer: clients take an answer for going on. */
  private async goOn(request: () => Promise<void>): Promise<void> {
    this.advancing = true;
    try {
      await request();
      this.asked = true;
      this.held.letGo();
    } finally {
      setImmediate(() => this.answered());
    }
  }

  private async request(how: Advance): Promise<void> {
    this.waiting = null;
    await this.context.running().request('advance', { how });
  }

  private answered(): void {
    this.advancing = false;
    this.arrived = null;
    const stop = this.waiting;
    this.waiting = null;
    if (stop !== null) this.stopped(stop);
  }

  private refuseBack(stop: Stop): void {
    const place = this.held.place(stop.rank);
    if (place.back > 0) return;
    throw place.backLimit === undefined ? AdapterError.nothingBack() : new AdapterError(place.backLimit);
  }

  private tell(stop: Stop): void {
    const hit = this.breakpoints.hit(stop);
    this.context.event('stopped', {
      reason: REASONS[stop.reason],
      description: this.context.translate(stop.description),
      ...(stop.finding === null ? {} : { text: this.context.translate(stop.finding.message) }),
      threadId: stop.rank + 1,
      allThreadsStopped: true,
      ...(hit.length === 0 ? {} : { hitBreakpointIds: hit }),
    });
  }

  private tellOfPast(): void {
    if (this.toldOfPast) return;
    this.toldOfPast = true;
    const words = this.context.translate(
      text(
        'In the past, recorded steps can be stepped through again, on their own batches. Continue goes on from here with the next batch of the script, whose data is not rewound.',
      ),
    );
    this.context.print({ category: 'console', output: `${words}\n` });
  }

  private explain(stop: Stop): void {
    this.held.forensics = this.context.inspect(stop.rank, 'forensics', {}).catch((error: unknown) => {
      this.unexplained(error);
      return null;
    });
    const asked = this.held.forensics;
    void asked.then((forensics) => {
      if (forensics !== null && this.held.forensics === asked) this.say(stop.rank, forensics);
    });
  }

  /** Why, with the modules below it. */
  private say(rank: number, forensics: Forensics): void {
    const { translate } = this.context;
    const { source, line } = this.context.place(forensics.source);
    this.context.print({
      category: 'console',
      output: `${translate(text('Why: {0}', translate(forensics.why)))}\n`,
      ...(source === undefined ? {} : { source, line }),
      ...this.modules(rank, forensics),
    });
  }

  /** They stay readable when the training goes on. */
  private modules(rank: number, forensics: Forensics): { variablesReference?: number } {
    const { translate } = this.context;
    const modules = moduleItems(forensics, translate);
    if (modules.length === 0) return {};
    const count = translate(text('{0} in the order they ran', modules.length));
    const root = group(translate(text('modules')), count, modules);
    const entry = { kind: 'items', rank, items: () => [root], lasting: true } as const;
    return { variablesReference: this.held.values.keep(entry) };
  }

  private unexplained(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    const words = this.context.translate(text('Where the value comes from could not be found out: {0}', why));
    this.context.print({ category: 'stderr', output: `${words}\n` });
  }
}

function backOf(stop: Stop): number {
  return stop.ranks.find(({ rank }) => rank === stop.rank)?.place.back ?? 0;
}
