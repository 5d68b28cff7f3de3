/** Colours of the theme as charts need them; canvas cannot use CSS variables, so they are read again when it changes. */

export interface Theme {
  foreground: string;
  muted: string;
  grid: string;
  background: string;
  error: string;
  warning: string;
  info: string;
  /** Of what a person changed by hand. */
  change: string;
  /** Told apart by colour-blind eyes too; dashes differ besides. */
  palette: string[];
  fontFamily: string;
  fontSize: number;
  /** Opacity of the band between minimum and maximum. */
  bandOpacity: number;
}

/** Dashes that go with the palette, so that no line is known by its colour alone. */
export const DASHES: readonly number[][] = [[], [7, 3], [2, 2], [9, 3, 2, 3], [4, 4], [1, 3]];

export function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const variable = (name: string) => style.getPropertyValue(name).trim();
  return {
    foreground: variable('--td-foreground'),
    muted: variable('--td-muted'),
    grid: variable('--td-grid'),
    background: variable('--td-background'),
    error: variable('--td-error'),
    warning: variable('--td-warning'),
    info: variable('--td-info'),
    change: variable('--td-change'),
    palette: [1, 2, 3, 4, 5, 6].map((index) => variable(`--td-line-${index}`)),
    fontFamily: style.fontFamily,
    fontSize: Math.max(10, Math.round(Number.parseFloat(style.fontSize) * 0.85)),
    bandOpacity: Number(variable('--td-band-opacity')) || 0.2,
  };
}

/** VS Code changes classes of the body and variables of the root element. */
export function onThemeChange(listener: () => void): void {
  const observer = new MutationObserver(listener);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
}

/** `color` is #rrggbb. */
export function translucent(color: string, opacity: number): string {
  return `${color}${Math.round(opacity * 255)
    .toString(16)
    .padStart(2, '0')}`;
}
