import type { DebugProtocol } from '@vscode/debugprotocol';

/** What the client at the other end can do, and how it counts. */
export interface ClientFeatures {
  /** `vscode`, `neovim` …; empty where it does not tell. */
  id: string;
  progress: boolean;
  invalidated: boolean;
  paging: boolean;
  firstLine: 0 | 1;
  firstColumn: 0 | 1;
}

export function readFeatures(args: DebugProtocol.InitializeRequestArguments): ClientFeatures {
  return {
    id: args.clientID ?? '',
    progress: args.supportsProgressReporting === true,
    invalidated: args.supportsInvalidatedEvent === true,
    paging: args.supportsVariablePaging === true,
    firstLine: args.linesStartAt1 === false ? 0 : 1,
    firstColumn: args.columnsStartAt1 === false ? 0 : 1,
  };
}
