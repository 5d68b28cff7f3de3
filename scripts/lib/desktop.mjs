// The VS Code a person already has.
import { run } from './exec.mjs';
import { isWindows } from './paths.mjs';

const program = isWindows ? 'code.cmd' : 'code';
const oldest = [1, 101];

function hasScreen() {
  if (process.platform !== 'linux') return true;
  const { DISPLAY, WAYLAND_DISPLAY, VSCODE_IPC_HOOK_CLI } = process.env;
  return [DISPLAY, WAYLAND_DISPLAY, VSCODE_IPC_HOOK_CLI].some((value) => value !== undefined && value !== '');
}

/** Whether `code` is on the PATH, recent enough, and has a screen to open on. */
export async function canUseDesktop() {
  if (!hasScreen()) return false;
  const { code, output } = await run(program, ['--version']);
  const [major = 0, minor = 0] = output.split('\n')[0]?.split('.').map(Number) ?? [];
  return code === 0 && (major > oldest[0] || (major === oldest[0] && minor >= oldest[1]));
}

/** Opens `folder` in a new window that runs the extension from `extension`. */
export async function openDesktop(folder, extension, env) {
  const args = [`--extensionDevelopmentPath=${extension}`, '--new-window', folder];
  const { code } = await run(program, args, { env });
  return code === 0;
}
