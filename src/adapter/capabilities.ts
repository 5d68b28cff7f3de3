import type { DebugProtocol } from '@vscode/debugprotocol';
import { exceptionFilters } from '../breakpoints/filters.js';
import type { Translate } from './context.js';

export function capabilities(translate: Translate): DebugProtocol.Capabilities {
  return {
    supportsConfigurationDoneRequest: true,
    supportsTerminateRequest: true,
    supportTerminateDebuggee: true,
    supportSuspendDebuggee: true,
    supportsRestartRequest: true,
    exceptionBreakpointFilters: exceptionFilters(translate),
    supportsExceptionFilterOptions: true,
    supportsExceptionInfoRequest: true,
    supportsFunctionBreakpoints: true,
    supportsConditionalBreakpoints: true,
    supportsStepBack: true,
    supportsSetVariable: true,
    supportsSetExpression: true,
    supportsEvaluateForHovers: true,
    supportsClipboardContext: true,
    supportsCompletionsRequest: true,
    completionTriggerCharacters: ['.', '['],
    supportsCancelRequest: true,
    supportsDelayedStackTraceLoading: true,
  };
}
