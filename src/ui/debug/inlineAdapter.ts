import * as vscode from 'vscode';
import { TrainingSession, type AdapterHost } from '../../adapter/session.js';

/** The debug adapter with its messages as events of VS Code. */
export class InlineAdapter extends vscode.Disposable implements vscode.DebugAdapter {
  private readonly sent = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  private readonly session: TrainingSession;
  readonly onDidSendMessage = this.sent.event;

  constructor(host: AdapterHost) {
    super(() => undefined);
    this.session = new TrainingSession(host, (message) => this.sent.fire(message));
  }

  handleMessage(message: vscode.DebugProtocolMessage): void {
    this.session.receive(message);
  }

  override dispose(): void {
    this.session.dispose();
    this.sent.dispose();
    super.dispose();
  }
}
