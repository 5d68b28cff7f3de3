/** Stands between the record and a disk that may be full: says so once, and how much memory may hold meanwhile. */
import { text, type Text } from '../../protocol/values.js';

export interface RecorderProblem {
  kind: 'cannotWrite' | 'dropping' | 'recovered';
  message: Text;
}

/** Bytes that wait in memory at most. */
const MEMORY_LIMIT = 256 * 1024 * 1024;

export class DiskGuard {
  /** The last write did not succeed. */
  failing = false;
  private droppedMessages = 0;
  private dropping = false;

  constructor(
    private readonly directory: string,
    private readonly onProblem: (problem: RecorderProblem) => void = () => undefined,
    private readonly memoryLimit: number = MEMORY_LIMIT,
  ) {}

  /** Runs a write; false where it fails. `waiting` is how many bytes then stay in memory. */
  attempt(write: () => void, waiting: number): boolean {
    try {
      write();
    } catch (error) {
      this.fail(error, waiting);
      return false;
    }
    if (this.failing) this.recover();
    return true;
  }

  /** Whether memory has room for one more message; counted where not. */
  admits(): boolean {
    if (this.dropping) this.droppedMessages++;
    return !this.dropping;
  }

  private fail(error: unknown, waiting: number): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (!this.failing) {
      this.failing = true;
      this.onProblem({
        kind: 'cannotWrite',
        message: text(
          'The run cannot be written to {0}: {1}. Measurements are kept in memory for now; free some space on the disk.',
          this.directory,
          reason,
        ),
      });
    }
    if (waiting > this.memoryLimit && !this.dropping) this.drop();
  }

  private drop(): void {
    this.dropping = true;
    this.onProblem({
      kind: 'dropping',
      message: text(
        'The disk of {0} has been full for so long that measurements are now lost. Training goes on.',
        this.directory,
      ),
    });
  }

  private recover(): void {
    const message =
      this.droppedMessages === 0
        ? text('The run can be written again. Nothing was lost.')
        : text('The run can be written again. {0} messages were lost meanwhile.', this.droppedMessages);
    this.failing = this.dropping = false;
    this.droppedMessages = 0;
    this.onProblem({ kind: 'recovered', message });
  }
}
