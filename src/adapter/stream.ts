/** The Debug Adapter Protocol over a pair of streams: each message after its `Content-Length`. */
import type { Readable, Writable } from 'node:stream';
import type { DebugProtocol } from '@vscode/debugprotocol';

const SEPARATOR = '\r\n\r\n';
/** No client sends more; a larger claim is an attack or a bug. */
const LARGEST_MESSAGE = 16 * 1024 * 1024;

export function writeMessage(output: Writable, message: DebugProtocol.ProtocolMessage): void {
  const body = JSON.stringify(message);
  output.write(`Content-Length: ${Buffer.byteLength(body)}${SEPARATOR}${body}`);
}

/**
 * Calls `receive` for each whole message.
 * @param failed called once, after which reading ends, when the stream is not DAP.
 */
export function readMessages(
  input: Readable,
  receive: (message: unknown) => void,
  failed: (error: Error) => void,
): void {
  let buffer: Buffer = Buffer.alloc(0);
  const onData = (chunk: Buffer) => {
    try {
      buffer = takeMessages(Buffer.concat([buffer, chunk]), receive);
    } catch (error) {
      input.off('data', onData);
      failed(error instanceof Error ? error : new Error(String(error)));
    }
  };
  input.on('data', onData);
}

/** @returns what is left after the last whole message. */
function takeMessages(buffer: Buffer, receive: (message: unknown) => void): Buffer {
  for (let rest = buffer; ;) {
    const end = rest.indexOf(SEPARATOR);
    if (end < 0) return rest;
    const start = end + SEPARATOR.length;
    const length = contentLength(rest.toString('ascii', 0, end));
    if (rest.length < start + length) return rest;
    receive(JSON.parse(rest.toString('utf8', start, start + length)));
    rest = rest.subarray(start + length);
  }
}

function contentLength(header: string): number {
  const length = Number(/^Content-Length:\s*(\d+)\s*$/im.exec(header)?.[1]);
  if (Number.isInteger(length) && length <= LARGEST_MESSAGE) return length;
  throw new Error(`Not a message of the Debug Adapter Protocol: "${header.slice(0, 80)}"`);
}
