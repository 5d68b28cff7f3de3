/** Icons drawn on a grid of 16, in the current colour. */
const PATHS = {
  play: 'M4 2.5v11l9-5.5z',
  pause: 'M4 3h3v10H4zM9 3h3v10H9z',
  step: 'M2 3.5 9 8l-7 4.5zM10.5 3.5h2v9h-2z',
  stepBack: 'M14 3.5 7 8l7 4.5zM3.5 3.5h2v9h-2z',
  skip: 'M2 7h5V3.5L12 8l-5 4.5V9H2zM12.5 3.5H14v9h-1.5z',
  pencil: 'M11.6 1.6 14.4 4.4 5 13.8 1.5 14.5 2.2 11zM3.5 11.6l-.3 1.2 1.2-.3z',
  stop: 'M3.5 3.5h9v9h-9z',
  rerun: 'M8 3a5 5 0 1 0 4.9 6h-1.5A3.5 3.5 0 1 1 8 4.5c1 0 1.8.4 2.5 1L8.5 7.5H13V3l-1.4 1.4A5 5 0 0 0 8 3z',
  check: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zm3.6 4.7-4.3 4.6-2.8-2.6.9-1 1.8 1.7 3.4-3.7z',
  error:
    'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zm3 8.4-1.1 1.1L8 9.1 6.1 11 5 9.9 6.9 8 5 6.1 6.1 5 8 6.9 9.9 5 11 6.1 9.1 8z',
  warning: 'M8 1.5 15 14H1zM7.3 6v4h1.4V6zm0 5v1.4h1.4V11z',
  info: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM7.3 4h1.4v1.5H7.3zm0 2.8h1.4V12H7.3z',
  hint: 'M8 1.5a4.5 4.5 0 0 0-2.5 8.2V11h5V9.7A4.5 4.5 0 0 0 8 1.5zM6 12h4v1H6zm.7 1.7h2.6v.8H6.7z',
  lost: 'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zm-.7 9.2h1.4v1.4H7.3zm.7-7a2.4 2.4 0 0 0-2.4 2.4H7a1 1 0 1 1 1.5.9c-.7.4-1.2 1-1.2 2h1.4c0-.4.2-.6.6-.9A2.4 2.4 0 0 0 8 3.7z',
  dot: 'M8 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8z',
  clock:
    'M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zm0 1.4a5.1 5.1 0 1 1 0 10.2A5.1 5.1 0 0 1 8 2.9zM7.3 4.5v4l3 1.8.7-1.1-2.3-1.4V4.5z',
  table: 'M2 3h12v10H2zm1.2 3.2v2.4h4.2V6.2zm5.4 0v2.4h4.2V6.2zM3.2 9.8v2h4.2v-2zm5.4 0v2h4.2v-2z',
  image: 'M2 3h12v10H2zm1.2 1.2v6.2L6 7.5l2.2 2.3 2-1.6 2.6 2.2V4.2zM10.5 5a1 1 0 1 1 0 2 1 1 0 0 1 0-2z',
  download: 'M7.3 2h1.4v6.3l2.2-2.2 1 1L8 11 4.1 7.1l1-1 2.2 2.2zM3 12.2h10v1.3H3z',
  reset: 'M2 2h5v1.3H3.3V7H2zm7 0h5v5h-1.3V3.3H9zM2 9h1.3v3.7H7V14H2zm10.7 0H14v5H9v-1.3h3.7z',
} as const;

export type IconName = keyof typeof PATHS;

export function icon(name: IconName, classes = ''): SVGSVGElement {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', `icon ${classes}`.trim());
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(namespace, 'path');
  path.setAttribute('d', PATHS[name]);
  path.setAttribute('fill-rule', 'evenodd');
  svg.append(path);
  return svg;
}
