// A Chromium for the UI tests.
import { existsSync } from 'node:fs';
import { needDebianPackages } from './debian.mjs';
import { SetupError } from './log.mjs';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** Path of a Chromium, Chrome or Edge, or null. TD_BROWSER names another. @returns {string | null} */
export function findBrowser() {
  const named = process.env.TD_BROWSER;
  return [named ?? '', ...places].find((place) => place !== '' && existsSync(place)) ?? null;
}

/** @returns {Promise<string>} */
export async function ensureBrowser() {
  const debian = existsSync('/usr/bin/apt-get');
  if (debian && process.env.CI)
    await needDebianPackages(['fonts-noto-cjk'], 'Chinese characters in screenshots');
  if (findBrowser() === null && debian)
    await needDebianPackages(['chromium', 'fonts-noto-cjk'], 'The UI tests');
  const browser = findBrowser();
  if (browser !== null) return browser;
  throw new SetupError(
    'No Chromium, Chrome or Edge was found for the UI tests.',
    'Install one of them, or name its executable in the environment variable TD_BROWSER.',
  );
}

/** What a headless browser needs inside a container, and what keeps it off the network. */
export const browserArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
