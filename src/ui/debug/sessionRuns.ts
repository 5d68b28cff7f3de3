import * as vscode from 'vscode';
import { DEBUG_TYPE } from '../../contributions/debuggers.js';
import { Disposable } from '../disposable.js';
import type { Run } from '../runs/run.js';

/** Which run a debug session is about. */
export class SessionRuns extends Disposable {
  private readonly runs = new Map<string, Run>();

  constructor() {
    super();
    this.register(vscode.debug.onDidTerminateDebugSession(({ id }) => this.runs.delete(id)));
  }

  add(session: vscode.DebugSession, run: Run): void {
    this.runs.set(session.id, run);
  }

  /** The run of the session in front, or of its parent where that is the debugger of the script's language. */
  active(): Run | undefined {
    const session = vscode.debug.activeDebugSession;
    const training = session?.type === DEBUG_TYPE ? session : session?.parentSession;
    return training === undefined ? undefined : this.runs.get(training.id);
  }
}
