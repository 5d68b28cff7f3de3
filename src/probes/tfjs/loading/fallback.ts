import { createRequire } from 'node:module';
import path from 'node:path';
import util from 'node:util';
import type { Text } from '../../../protocol/values.js';
import type { Settings } from '../environment.js';
import type { Training } from '../training.js';
import { installed, type Installed } from './installed.js';
import { embeddedFile, NATIVE, type PackageName } from './packages.js';
import * as reasons from './reasons.js';

type Outcome = { file: string } | { reason: Text };

/**
 * Decides what a script gets for the TensorFlow.js that it imports: its own where that loads, else the best that
 * does: tfjs-node-gpu, tfjs-node, the embedded one.
 */
export class Fallback {
  private readonly decided = new Map<string, string | null>();
  private readonly outcomes = new Map<string, Outcome>();
  /** While a package is tried out, what it imports is its own affair. */
  private deciding = false;

  constructor(
    private readonly settings: Settings,
    private readonly training: Training,
  ) {}

  /**
   * @param importer folder of the script that imports it
   * @returns the file to load instead; null to leave the import alone
   */
  decide(name: PackageName, importer: string): string | null {
    if (this.deciding || /[\\/]node_modules[\\/]/.test(importer)) return null;
    const key = `${name}\n${importer}`;
    let file = this.decided.get(key);
    if (file === undefined) {
      file = this.undisturbed(() => this.choose(name, importer));
      this.decided.set(key, file);
    }
    return file;
  }

  private undisturbed<T>(act: () => T): T {
    this.deciding = true;
    try {
      return act();
    } finally {
      this.deciding = false;
    }
  }

  /** Says why a package was not used, where that was decided on another thread. */
  explain(name: PackageName, importer: string): void {
    const { state } = this.undisturbed(() => installed(name, importer));
    if (this.settings.embedded) this.say(reasons.requested());
    else if (state !== 'present')
      this.say(state === 'missing' ? reasons.missing(name) : reasons.unbound(name));
  }

  private choose(name: PackageName, folder: string): string | null {
    if (this.settings.embedded) return this.embedded(name, reasons.requested());
    const own = this.load(name, folder);
    if ('file' in own) return null;
    if (!this.settings.fallback) {
      this.say(reasons.declined(name));
      return null;
    }
    for (const native of NATIVE) {
      const other = native === name ? own : this.load(native, folder);
      if (!('file' in other)) continue;
      this.say(reasons.replaced(name, native));
      return other.file;
    }
    return this.embedded(name, own.reason);
  }

  private load(name: PackageName, folder: string): Outcome {
    const key = `${name}\n${folder}`;
    let outcome = this.outcomes.get(key);
    if (!outcome) {
      outcome = tryOut(name, installed(name, folder));
      this.outcomes.set(key, outcome);
    }
    return outcome;
  }

  private embedded(name: PackageName, reason: Text): string {
    this.say(reason);
    return path.join(__dirname, embeddedFile(name));
  }

  private say(message: Text): void {
    this.training.reason = message;
    this.training.session.send({ type: 'notice', level: 'info', code: 'backend-fallback', message });
  }
}

/** A native package is loaded to see whether it can be; a plain one needs only be there. */
function tryOut(name: PackageName, found: Installed): Outcome {
  if (found.state === 'missing') return { reason: reasons.missing(name) };
  if (found.state === 'unbound') return { reason: reasons.unbound(name) };
  if (name === '@tensorflow/tfjs') return { file: found.file };
  try {
    mendNode();
    createRequire(found.file)(found.file);
    return { file: found.file };
  } catch (error) {
    return { reason: reasons.broken(name, error instanceof Error ? error : new Error(String(error))) };
  }
}

/** tfjs-node 4.22 calls a function that Node 23 removed. */
function mendNode(): void {
  const old = util as unknown as { isNullOrUndefined?: (value: unknown) => boolean };
  old.isNullOrUndefined ??= (value) => value === null || value === undefined;
}
