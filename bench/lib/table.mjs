/** A table for people, as Markdown, so that it goes into docs/benchmarks.md as it is. */
export function printTable(title, header, rows) {
  const cells = [header, ...rows.map((row) => row.map(String))];
  const widths = header.map((_, column) => Math.max(3, ...cells.map((row) => (row[column] ?? '').length)));
  const line = (row) =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' | ')} |`;
  const rule = widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  console.log(`\n### ${title}\n\n${[line(header), line(rule), ...cells.slice(1).map(line)].join('\n')}\n`);
}

export function fixed(value, digits = 2) {
  return value.toFixed(digits);
}

/** 1234567 as `1,234,567`. */
export function thousands(value) {
  return Math.round(value).toLocaleString('en-US');
}

export function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1);
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
