import * as vscode from 'vscode';
import type { AdapterHost } from '../../adapter/session.js';
import { localize } from '../localize.js';
import type { Launcher } from './launcher.js';

/** Runs the debug adapter inside the extension host: it is only a client, the training is a process of its own. */
export class AdapterFactory implements vscode.DebugAdapterDescriptorFactory {
  constructor(private readonly launcher: Launcher) {}

  async createDebugAdapterDescriptor(session: vscode.DebugSession): Promise<vscode.DebugAdapterDescriptor> {
    const { InlineAdapter } = await import('./inlineAdapter.js');
    const host: AdapterHost = {
      launch: (configuration) => this.launcher.launch(configuration, session),
      attach: (configuration) => this.launcher.attach(configuration, session),
      translate: localize,
    };
    return new vscode.DebugAdapterInlineImplementation(new InlineAdapter(host));
  }
}
