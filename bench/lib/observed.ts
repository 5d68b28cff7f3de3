/** A training under the command as it was built, from a copy: a build meanwhile does not change what is measured. */
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export class ObservedRuns {
  readonly dist: string;
  private readonly report: string;

  constructor(root: string, folder: string) {
    this.dist = join(folder, 'dist');
    this.report = join(folder, 'report.json');
    cpSync(join(root, 'dist'), this.dist, { recursive: true });
    cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  }

  command(script: string[]): string[] {
    return [process.execPath, join(this.dist, 'cli.js'), 'run', '--json', this.report, '--', ...script];
  }

  /** A probe that saw nothing would cost nothing. */
  expectSteps(steps: number): void {
    const { run } = JSON.parse(readFileSync(this.report, 'utf8')) as { run: { steps: number } };
    if (run.steps !== steps) throw new Error(`The probe saw ${run.steps} of ${steps} steps.`);
  }
}
