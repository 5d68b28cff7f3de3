/** Requests that are handled: arguments and body of the response, by command. */
import type { DebugProtocol } from '@vscode/debugprotocol';

type Configuration = Record<string, unknown>;

export interface Requests {
  initialize: { args: DebugProtocol.InitializeRequestArguments; body: DebugProtocol.Capabilities };
  launch: { args: Configuration; body: undefined };
  attach: { args: Configuration; body: undefined };
  restart: { args: DebugProtocol.RestartArguments; body: undefined };
  configurationDone: { args: undefined; body: undefined };
  terminate: { args: DebugProtocol.TerminateArguments; body: undefined };
  disconnect: { args: DebugProtocol.DisconnectArguments; body: undefined };
  cancel: { args: DebugProtocol.CancelArguments; body: undefined };
  setBreakpoints: {
    args: DebugProtocol.SetBreakpointsArguments;
    body: DebugProtocol.SetBreakpointsResponse['body'];
  };
  setExceptionBreakpoints: {
    args: DebugProtocol.SetExceptionBreakpointsArguments;
    body: DebugProtocol.SetExceptionBreakpointsResponse['body'];
  };
  setFunctionBreakpoints: {
    args: DebugProtocol.SetFunctionBreakpointsArguments;
    body: DebugProtocol.SetFunctionBreakpointsResponse['body'];
  };
  threads: { args: undefined; body: DebugProtocol.ThreadsResponse['body'] };
  pause: { args: DebugProtocol.PauseArguments; body: undefined };
  continue: { args: DebugProtocol.ContinueArguments; body: DebugProtocol.ContinueResponse['body'] };
  next: { args: DebugProtocol.NextArguments; body: undefined };
  stepIn: { args: DebugProtocol.StepInArguments; body: undefined };
  stepOut: { args: DebugProtocol.StepOutArguments; body: undefined };
  stepBack: { args: DebugProtocol.StepBackArguments; body: undefined };
  reverseContinue: { args: DebugProtocol.ReverseContinueArguments; body: undefined };
  exceptionInfo: {
    args: DebugProtocol.ExceptionInfoArguments;
    body: DebugProtocol.ExceptionInfoResponse['body'];
  };
  stackTrace: { args: DebugProtocol.StackTraceArguments; body: DebugProtocol.StackTraceResponse['body'] };
  scopes: { args: DebugProtocol.ScopesArguments; body: DebugProtocol.ScopesResponse['body'] };
  variables: { args: DebugProtocol.VariablesArguments; body: DebugProtocol.VariablesResponse['body'] };
  setVariable: { args: DebugProtocol.SetVariableArguments; body: DebugProtocol.SetVariableResponse['body'] };
  setExpression: {
    args: DebugProtocol.SetExpressionArguments;
    body: DebugProtocol.SetExpressionResponse['body'];
  };
  evaluate: { args: DebugProtocol.EvaluateArguments; body: DebugProtocol.EvaluateResponse['body'] };
  completions: { args: DebugProtocol.CompletionsArguments; body: DebugProtocol.CompletionsResponse['body'] };
  /** Ours: on to the next step without the update that waits. */
  skipUpdate: { args: unknown; body: undefined };
  /** Ours. `file` is absolute; without it the checkpoint goes into the run's own folder. */
  saveCheckpoint: { args: { file?: string }; body: { file: string; step: number } };
}

export type Args<C extends keyof Requests> = Requests[C]['args'];
export type Body<C extends keyof Requests> = Requests[C]['body'];

export type Handlers = {
  [C in keyof Requests]: (args: Args<C>) => Body<C> | Promise<Body<C>>;
};
