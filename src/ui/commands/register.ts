import * as vscode from 'vscode';
import type { CommandId } from '../../contributions.js';

/** One handler for each contributed command: one that is missing, or not contributed, does not compile. */
export type CommandHandlers = { [K in CommandId]: (argument?: unknown) => unknown };

/** Registers all; an error of a handler is shown, and the log has its stack. */
export function registerCommands(handlers: CommandHandlers, log: vscode.LogOutputChannel): vscode.Disposable {
  const registered = Object.entries(handlers).map(([command, handler]) =>
    vscode.commands.registerCommand(command, async (argument?: unknown) => {
      try {
        return await handler(argument);
      } catch (error) {
        log.error(`${command}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
        return undefined;
      }
    }),
  );
  return vscode.Disposable.from(...registered);
}
