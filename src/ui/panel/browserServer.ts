/**
 * The panel in a plain browser, for development, tests and the benchmark: the page that the editor shows, over HTTP on
 * loopback. Messages to the page are server-sent events, messages of the page are posted.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodePanelJson, encodePanelJson } from '../../protocol/panelJson.js';
import type { PanelView, ToPanel } from '../../protocol/panel.js';
import type { RunClient } from '../../protocol/runApi.js';
import { panelHtml } from './html.js';
import { PanelSession, type PanelActions, type PanelSettings } from './panelSession.js';

export interface BrowserServerOptions {
  client: RunClient;
  /** By name: `panel.js`, `panel.css`, `themes.css`. */
  assets: Record<string, string>;
  actions: PanelActions;
  settings: PanelSettings;
  view: PanelView;
  port?: number;
}

export interface BrowserServer {
  /** Append `?theme=light` for a theme other than dark (`light`, `hc-black`, `hc-light`). */
  address: string;
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 128 * 1024 * 1024;
const BODY_CLASSES: Record<string, string> = {
  dark: 'vscode-dark',
  light: 'vscode-light',
  'hc-black': 'vscode-high-contrast',
  'hc-light': 'vscode-high-contrast-light vscode-high-contrast',
};

export async function servePanel(options: BrowserServerOptions): Promise<BrowserServer> {
  const sessions = new Map<string, PanelSession>();
  const server = createServer((request, response) => {
    respond(options, sessions, request, response).catch((error: unknown) => {
      options.actions.log(String(error));
      response.writeHead(400).end(error instanceof Error ? error.message : 'bad request');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}/`, close: () => close(server, sessions) };
}

async function respond(
  options: BrowserServerOptions,
  sessions: Map<string, PanelSession>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const page = url.searchParams.get('page') ?? '';
  if (!isLoopback(request)) return void response.writeHead(403).end();
  if (url.pathname === '/') {
    sendPage(options, url, response);
    return;
  }
  if (url.pathname === '/events') {
    openEvents(options, sessions, page, response);
    return;
  }
  if (url.pathname === '/messages' && request.method === 'POST') {
    sessions.get(page)?.receive(decodePanelJson(await readBody(request)));
    return void response.writeHead(204).end();
  }
  sendAsset(options, url.pathname.slice(1), response);
}

/** A page elsewhere that resolves its own name to 127.0.0.1 must not read the run. */
function isLoopback({ headers }: IncomingMessage): boolean {
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? '');
}

function sendPage({ settings }: BrowserServerOptions, url: URL, response: ServerResponse): void {
  const theme = url.searchParams.get('theme') ?? 'dark';
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(
    panelHtml({
      script: 'panel.js',
      styles: ['themes.css', 'panel.css'],
      styleSource: "'self'",
      connectSource: "'self'",
      nonce: randomBytes(16).toString('base64'),
      language: settings.locale,
      title: 'Training Debugger',
      bodyClass: `${BODY_CLASSES[theme] ?? 'vscode-dark'} theme-${theme.replace(/[^a-z-]/g, '')}`,
    }),
  );
}

function sendAsset({ assets }: BrowserServerOptions, name: string, response: ServerResponse): void {
  const content = Object.hasOwn(assets, name) ? assets[name] : undefined;
  if (content === undefined) return void response.writeHead(404).end();
  const type = name.endsWith('.css') ? 'text/css' : 'text/javascript';
  response
    .writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' })
    .end(content);
}

function openEvents(
  { client, actions, settings, view }: BrowserServerOptions,
  sessions: Map<string, PanelSession>,
  page: string,
  response: ServerResponse,
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(': open\n\n');
  const post = (message: ToPanel) => void response.write(`data: ${encodePanelJson(message)}\n\n`);
  const session = new PanelSession(client, post, actions, () => settings, view);
  sessions.set(page, session);
  response.on('close', () => {
    session.dispose();
    if (sessions.get(page) === session) sessions.delete(page);
  });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('The message is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function close(server: Server, sessions: Map<string, PanelSession>): Promise<void> {
  for (const session of sessions.values()) session.dispose();
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
