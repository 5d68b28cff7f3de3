import { decodeProbeMessage } from '../../protocol/decodeTelemetry.js';
import { TELEMETRY_VERSION, type Hello } from '../../protocol/telemetry.js';
import { text, type Text } from '../../protocol/values.js';
import { tokensEqual } from '../token.js';

/** The first line of a connection was not that of a probe which belongs to this run. */
export class Refusal extends Error {
  constructor(
    readonly problem: Text,
    reason: string,
  ) {
    super(reason);
  }
}

/** Reads the first line of a connection. Token and version are looked at before anything else is believed. */
export function readHello(line: string, token: string): Hello {
  const raw = parseObject(line);
  if (raw['type'] !== 'hello') throw notAProbe('the first message must be hello');
  if (!tokensEqual(raw['token'], token)) {
    throw new Refusal(
      text('A process tried to send measurements with a wrong token and was refused.'),
      'wrong token',
    );
  }
  if (raw['version'] !== TELEMETRY_VERSION) throw wrongVersion(raw['version']);
  try {
    const message = decodeProbeMessage(line);
    if (message?.type === 'hello') return message;
  } catch (error) {
    throw notAProbe(error instanceof Error ? error.message : String(error));
  }
  throw notAProbe('the first message must be hello');
}

function parseObject(line: string): Record<string, unknown> {
  try {
    const raw: unknown = JSON.parse(line);
    if (typeof raw === 'object' && raw !== null) return raw as Record<string, unknown>;
  } catch {
    // The refusal below says it.
  }
  throw notAProbe('the first line is not a JSON object');
}

function notAProbe(reason: string): Refusal {
  return new Refusal(
    text('A connection that does not speak the protocol of a probe was refused: {0}.', reason),
    reason,
  );
}

function wrongVersion(version: unknown): Refusal {
  const given = typeof version === 'number' ? String(version) : 'none';
  return new Refusal(
    text(
      'A probe speaks version {0} of the protocol, this engine version {1}, so nothing of it can be recorded. Restart VS Code, so that both come from the same installation.',
      given,
      TELEMETRY_VERSION,
    ),
    `wrong protocol version ${given}, expected ${TELEMETRY_VERSION}`,
  );
}
