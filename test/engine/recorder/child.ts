/** Runs a TypeScript file of the tests as a process of its own. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const children = join(dirname(fileURLToPath(import.meta.url)), 'children');

/** Bundles `children/<name>.ts` into `folder`; gives the file to run. */
export async function bundleChild(name: string, folder: string): Promise<string> {
  const outfile = join(folder, `${name}.mjs`);
  const entryPoints = [join(children, `${name}.ts`)];
  await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'esm' });
  return outfile;
}

export class Child {
  private readonly process: ChildProcessByStdio<null, Readable, Readable>;
  private output = '';
  private errors = '';

  constructor(command: string, args: string[]) {
    this.process = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.process.stdout.on('data', (data: Buffer) => (this.output += data.toString()));
    this.process.stderr.on('data', (data: Buffer) => (this.errors += data.toString()));
  }

  get pid(): number {
    return this.process.pid ?? -1;
  }

  /** Whole lines printed so far. */
  get lines(): string[] {
    return this.output.split('\n').slice(0, -1);
  }

  /** Resolves once a line passes; rejects with what the process said where it ends before. */
  async until(test: (line: string) => boolean): Promise<void> {
    while (!this.lines.some(test)) {
      if (this.process.exitCode !== null) throw new Error(`The process ended: ${this.output}${this.errors}`);
      await Promise.race([once(this.process.stdout, 'data'), once(this.process, 'close')]);
    }
  }

  async kill(): Promise<void> {
    const closed = once(this.process, 'close');
    this.process.kill('SIGKILL');
    await closed;
  }

  /** Ends by itself; gives the exit code. */
  async end(): Promise<number | null> {
    if (this.process.exitCode === null) await once(this.process, 'close');
    return this.process.exitCode;
  }
}
