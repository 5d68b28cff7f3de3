import { compileFunction } from 'node:vm';
import type { Frame, InspectRequests } from '../../../protocol/inspection.js';
import { text, type SourceLine } from '../../../protocol/values.js';
import { fileOfUrl, isOwn, isUsers, original } from '../callSite.js';
import { currentFit } from '../fitContext.js';
import type { Look } from '../requests.js';
import type { Training } from '../training.js';
import type { DebugJob, RawFrame } from '../transport/wire.js';
import { RequestError } from './error.js';

/** Stands for the line that called `fit`, which is not on the stack while it waits. */
const FIT = 0;
const OWN = 'training-debugger';

type Deliver = (kind: string, value: unknown) => void;

/** Where the inspector stops; `model` and `optimizer` are what an expression finds where there is no frame. */
const stopHere = compileFunction('debugger;', ['deliver', 'model', 'optimizer'], { filename: OWN }) as (
  deliver: Deliver,
  model: unknown,
  optimizer: unknown,
) => void;

export interface Delivered {
  kind: string;
  value: unknown;
}

/** The user's frames, while the training is held beneath them. */
export class Frames {
  private static jobs = 0;
  private known: RawFrame[] | undefined;

  constructor(
    private readonly training: Training,
    private readonly look: Look,
  ) {}

  stack(start: number, levels: number): InspectRequests['stack']['result'] {
    const frames = this.all();
    const end = levels > 0 ? start + levels : frames.length;
    return { frames: frames.slice(start, end), total: frames.length };
  }

  /** The innermost frame of the user's own. */
  get innermost(): number {
    return this.all().find(({ kind }) => kind === 'user')?.id ?? FIT;
  }

  private all(): Frame[] {
    this.known ??= this.perform({ kind: 'frames' }).frames;
    const raw = this.known;
    const found = raw.flatMap((frame, index) => frameOf(frame, raw.length - index) ?? []);
    if (found.some(({ kind }) => kind === 'user')) return found;
    const source = currentFit()?.source;
    return source ? [...found, { id: FIT, name: source.function ?? 'fit', source, kind: 'user' }] : found;
  }

  /** What a frame can see, innermost first. */
  locals(frame: number): [string, unknown][] {
    if (frame === FIT) return [];
    const found = new Map<string, unknown>();
    for (const { value } of this.perform({ kind: 'locals', frame }).delivered)
      for (const [name, each] of readable(value as object)) if (!found.has(name)) found.set(name, each);
    return [...found];
  }

  /**
   * Computes an expression in a frame.
   * @param request that it is for, by which it can be interrupted
   * @param pure whether it is given up before it changes anything
   * @param timeout seconds
   */
  evaluate(frame: number, expression: string, request: number, pure: boolean, timeout: number): Delivered {
    const job = { kind: 'evaluate', frame, expression, request, pure, timeout: timeout * 1000 } as const;
    const { delivered, error } = this.perform(job);
    const [result] = delivered;
    if (result) return result;
    if (error !== undefined && /terminated/.test(error))
      throw new RequestError(
        text('The expression was ended: it was interrupted, or took longer than {0} seconds.', timeout),
      );
    throw new RequestError(text('The frames of the script cannot be read: {0}', error ?? ''));
  }

  private perform(part: Pick<DebugJob, 'kind'> & Partial<DebugJob>): {
    frames: RawFrame[];
    delivered: Delivered[];
    error?: string;
  } {
    const { session } = this.training;
    const id = ++Frames.jobs;
    const nothing = { frame: FIT, expression: '', request: -1, pure: false, timeout: 1000 };
    const delivered: Delivered[] = [];
    session.post({ job: { ...nothing, ...part, id } });
    let answer = session.answerTo(id);
    if (answer?.type === 'armed') {
      stopHere(
        (kind, value) => delivered.push({ kind, value }),
        currentFit()?.model ?? this.training.models.living()[0],
        this.look.optimizer,
      );
      answer = session.answerTo(id);
    }
    if (answer?.type !== 'looked') return { frames: [], delivered, error: 'no answer' };
    const { frames = [], error } = answer;
    return { frames, delivered, ...(error !== undefined && { error }) };
  }
}

function frameOf({ name, url, line, column }: RawFrame, id: number): Frame | undefined {
  const file = fileOfUrl(url);
  if (file === undefined || isOwn(file)) return undefined;
  const place: SourceLine = { file, line: line + 1, ...(name !== '' && { function: name }) };
  const isUser = isUsers(file);
  const source = isUser ? original(place, column + 1) : place;
  return { id, name: name === '' ? '(anonymous)' : name, source, kind: isUsers(source.file) ? 'user' : 'library' };
}

/** What Node puts into every module. */
const MODULE = new Set(['exports', 'require', 'module', '__filename', '__dirname']);

/** A variable that is not initialised yet throws when it is read. */
function readable(scope: object): [string, unknown][] {
  return Object.keys(scope).flatMap((name): [string, unknown][] => {
    if (MODULE.has(name)) return [];
    try {
      return [[name, Reflect.get(scope, name)]];
    } catch {
      return [];
    }
  });
}
