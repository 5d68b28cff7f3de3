/** Numbers as people read them. */
import { locale, t } from './l10n.js';

export type Unit = 'number' | 'integer' | 'seconds' | 'bytes' | 'fraction' | 'rate';

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

export function formatValue(value: number, unit: Unit = 'number'): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  switch (unit) {
    case 'integer':
      return formatInteger(value);
    case 'seconds':
      return formatSeconds(value);
    case 'bytes':
      return formatBytes(value);
    case 'fraction':
      return `${formatNumber(value * 100, 3)} %`;
    case 'rate':
      return formatNumber(value, value >= 100 ? 4 : 3);
    default:
      return formatNumber(value);
  }
}

export function formatInteger(value: number): string {
  return Math.round(value).toLocaleString(locale());
}

/** At most `digits` significant digits; in powers of ten where it would be long otherwise. */
export function formatNumber(value: number, digits = 4): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) {
    const [mantissa = '', exponent = ''] = value.toExponential(Math.min(digits - 1, 2)).split('e');
    return `${mantissa.replace(/\.?0+$/, '')}e${exponent.replace('+', '')}`;
  }
  return value.toLocaleString(locale(), { maximumSignificantDigits: digits });
}

/** A short measured time: `12.3 ms`. */
export function formatSeconds(seconds: number): string {
  const size = Math.abs(seconds);
  if (size === 0) return '0';
  if (size < 1e-3) return `${formatNumber(seconds * 1e6, 3)} µs`;
  if (size < 1) return `${formatNumber(seconds * 1e3, 3)} ms`;
  return size < 60 ? `${formatNumber(seconds, 3)} s` : formatDuration(seconds);
}

/** How long a person waits: `1 h 04 min`, `3 min 20 s`, `12 s`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  if (whole < 60) return t('{0} s', whole);
  if (whole < 3600) return t('{0} min {1} s', Math.floor(whole / 60), two(whole % 60));
  if (whole < 86400)
    return t('{0} h {1} min', Math.floor(whole / 3600), two(Math.floor((whole % 3600) / 60)));
  return t('{0} d {1} h', Math.floor(whole / 86400), two(Math.floor((whole % 86400) / 3600)));
}

export function formatBytes(bytes: number): string {
  const power = Math.min(
    BYTE_UNITS.length - 1,
    Math.max(0, Math.floor(Math.log10(Math.max(1, Math.abs(bytes))) / 3)),
  );
  return `${formatNumber(bytes / 1000 ** power, 3)} ${BYTE_UNITS[power] ?? 'B'}`;
}

/** Position on a time axis: `0:45`, `12:05`, `3:02:10`. */
export function formatClock(seconds: number): string {
  const sign = seconds < 0 ? '−' : '';
  const size = Math.abs(seconds);
  if (size < 10 && !Number.isInteger(size)) return `${sign}${formatNumber(size, 3)} s`;
  const whole = Math.floor(size);
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return hours > 0
    ? `${sign}${hours}:${two(minutes)}:${two(whole % 60)}`
    : `${sign}${minutes}:${two(whole % 60)}`;
}
