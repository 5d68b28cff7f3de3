/** Launch configurations where a person wrote none. Pure. */
import { basename, extname } from 'node:path';
import { DEBUG_TYPE } from '../../contributions/debuggers.js';

const PYTHON = ['.py', '.pyw'];
const NODE = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'];

/** What F5 and the picker build, in the form of launch.json. */
export interface ScriptConfiguration {
  type: typeof DEBUG_TYPE;
  request: 'launch';
  name: string;
  program: string;
}

export function isScript(file: string): boolean {
  return [...PYTHON, ...NODE].includes(extname(file).toLowerCase());
}

export function configurationFor(file: string): ScriptConfiguration {
  return { type: DEBUG_TYPE, request: 'launch', name: basename(file), program: file };
}

/** Whether Python runs this configuration, so that a chosen interpreter is for it. */
export function isPython(configuration: Record<string, unknown>): boolean {
  const { runtime, program, module } = configuration;
  if (runtime === 'python' || runtime === 'node') return runtime === 'python';
  return (
    module !== undefined || (typeof program === 'string' && PYTHON.includes(extname(program).toLowerCase()))
  );
}
