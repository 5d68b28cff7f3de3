/**
 * The stack of a rank that is held: the step, then the user's frames. Stopped on a value that is not finite, what made it
 * comes first (a module, or an operation outside all modules), because clients select the first frame that has a source;
 * the modules before it follow the step.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Forensics, Frame, InspectRequests, ModuleRange } from '../protocol/inspection.js';
import { text } from '../protocol/values.js';
import type { Context } from './context.js';
import { moduleName, modulesByRelevance, originName, rangeItems } from './forensics.js';
import type { FrameEntry, Held } from './held.js';
import { placeName } from './placeWords.js';
import type { Args, Body } from './requests.js';

type StackFrame = DebugProtocol.StackFrame;
type CodeStack = InspectRequests['stack']['result'];

/** Frames of the user's code that are asked for at once. */
const PAGE = 64;
/** Modules before the offending one that are shown. */
const MODULES = 8;
/** Milliseconds that the origin of a non-finite value is waited for; the stack is shown anew when it comes later. */
const PATIENCE = 3000;

export class Stack {
  private code: { stop: number; pages: Map<string, Promise<CodeStack>> } | undefined;

  constructor(
    private readonly context: Context,
    private readonly held: Held,
  ) {}

  async trace({ threadId, startFrame, levels }: Args<'stackTrace'>): Promise<Body<'stackTrace'>> {
    if (this.held.stop === null) return { stackFrames: [], totalFrames: 0 };
    const rank = threadId - 1;
    const own = await this.ownFrames(rank);
    const first = await this.page(rank, 0, PAGE);
    const totalFrames = own.length + first.total;
    const start = startFrame ?? 0;
    const end = levels === undefined || levels === 0 ? totalFrames : Math.min(totalFrames, start + levels);
    const code = await this.codeFrames(rank, Math.max(0, start - own.length), end - own.length);
    return { stackFrames: [...own.slice(start, end), ...code], totalFrames };
  }

  /** The innermost frame of the user's own code: its locals are those of the step. */
  async innermost(rank: number): Promise<Frame | undefined> {
    const { frames } = await this.page(rank, 0, PAGE);
    return frames.find(({ kind }) => kind === 'user') ?? frames[0];
  }

  private async ownFrames(rank: number): Promise<StackFrame[]> {
    const place = this.held.place(rank);
    const forensics = await this.forensics(rank);
    const modules = forensics === null ? [] : modulesByRelevance(forensics);
    const frames = modules.map((range, i) => this.moduleFrame(rank, range, i));
    const origin = forensics === null ? [] : this.originFrame(rank, forensics, frames);
    const source = place.source ?? (await this.innermost(rank))?.source;
    const name = placeName(place, this.context.translate);
    const before = frames.filter((frame) => !origin.includes(frame));
    return [
      ...origin,
      this.frame('step', name, { kind: 'step', rank }, source),
      ...before.slice(0, MODULES).map((frame) => ({ ...frame, presentationHint: 'subtle' as const })),
      ...(before.length > MODULES ? [this.moreModules(rank, before.length - MODULES)] : []),
    ];
  }

  /** The offending module, else the line of the operation that is at fault, where it is known. */
  private originFrame(rank: number, forensics: Forensics, modules: StackFrame[]): StackFrame[] {
    if (forensics.offending >= 0) return modules.slice(0, 1);
    if (forensics.source === undefined) return [];
    const name = originName(forensics, this.context.translate);
    return [this.frame('origin', name, { kind: 'step', rank }, forensics.source)];
  }

  private async forensics(rank: number): Promise<Forensics | null> {
    return this.held.stop?.rank === rank ? this.known(this.held.forensics) : null;
  }

  /** What is known in time; what comes later is shown then. */
  private known(forensics: Promise<Forensics | null>): Promise<Forensics | null> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        resolve(null);
        void forensics.then(() => this.held.forensics === forensics && this.context.invalidated(['stacks']));
      }, PATIENCE);
      void forensics.then(resolve).finally(() => clearTimeout(timer));
    });
  }

  private moduleFrame(rank: number, range: ModuleRange, index: number): StackFrame {
    const { translate } = this.context;
    const ranges = rangeItems(range, translate).map(({ name, value }) => `${name} ${value}`);
    const name = [moduleName(range), ...ranges].join(', ');
    return this.frame(`module/${index}`, name, { kind: 'module', rank, range }, range.source);
  }

  private moreModules(rank: number, count: number): StackFrame {
    const name = this.context.translate(text('{0} modules before these', count));
    return { ...this.frame('modules', name, { kind: 'step', rank }, null), presentationHint: 'label' };
  }

  private async codeFrames(rank: number, start: number, end: number): Promise<StackFrame[]> {
    if (end <= start) return [];
    const { frames } = end <= PAGE ? await this.page(rank, 0, PAGE) : await this.page(rank, 0, end);
    return frames.slice(start, end).map((frame) => {
      const shown = this.frame(
        `code/${frame.id}`,
        frame.name,
        { kind: 'code', rank, id: frame.id },
        frame.source,
      );
      return frame.kind === 'user' ? shown : { ...shown, presentationHint: 'subtle' };
    });
  }

  private frame(
    key: string,
    name: string,
    entry: FrameEntry,
    source: Frame['source'] | undefined,
  ): StackFrame {
    const id = this.held.frames.add(`${entry.rank}/${key}`, entry);
    return { id, name, ...this.context.place(source) };
  }

  /** Asked for once a stop. */
  private page(rank: number, start: number, levels: number): Promise<CodeStack> {
    const stop = this.held.require().id;
    if (this.code?.stop !== stop) this.code = { stop, pages: new Map() };
    const key = `${rank}/${start}/${levels}`;
    const known = this.code.pages.get(key) ?? this.context.inspect(rank, 'stack', { start, levels });
    this.code.pages.set(key, known);
    return known;
  }
}
