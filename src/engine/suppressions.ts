import { readFileSync } from 'node:fs';
import { RULES } from '../diagnosis/registry.js';
import { text, type SourceLine, type Text } from '../protocol/values.js';
import { suppresses, suppressionsIn, type Suppression } from '../script/suppressions.js';
import { nearest } from '../run/nearest.js';

/** Larger files are no scripts that a person writes comments into. */
const MAX_BYTES = 8 * 1024 * 1024;

/** What the comments of the scripts say to leave alone, as the files are when they are first asked for. */
export class ScriptSuppressions {
  private readonly files = new Map<string, ReadonlyMap<number, Suppression>>();

  /** @param onUnknown told of an id in a comment that no rule has. */
  constructor(
    private readonly onUnknown: (problem: Text) => void = () => undefined,
    private readonly rules: readonly string[] = RULES.map(({ id }) => id),
  ) {}

  readonly suppressed = (rule: string, { file, line }: SourceLine): boolean =>
    suppresses(this.read(file).get(line), rule);

  /** Reads a file now, so that later edits do not move its lines. */
  read(file: string): ReadonlyMap<number, Suppression> {
    const known = this.files.get(file);
    if (known) return known;
    const found = suppressionsIn(contentOf(file));
    this.files.set(file, found);
    for (const suppression of found.values()) {
      if (suppression !== 'all') suppression.forEach((id) => this.check(id, file));
    }
    return found;
  }

  private check(id: string, file: string): void {
    if (this.rules.includes(id)) return;
    const meant = nearest(id, this.rules);
    this.onUnknown(
      meant === null
        ? text('A comment in {0} names “{1}”, which is no rule.', file, id)
        : text('A comment in {0} names “{1}”, which is no rule. Did you mean “{2}”?', file, id, meant),
    );
  }
}

/** Empty where it cannot be read: findings are then shown. */
function contentOf(file: string): string {
  try {
    const bytes = readFileSync(file);
    return bytes.length > MAX_BYTES ? '' : bytes.toString('utf8');
  } catch {
    return '';
  }
}
