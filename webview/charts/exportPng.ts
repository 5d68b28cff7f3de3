/** A chart as a picture that stands alone: with background, title and legend. */
import { DASHES, type Theme } from '../theme.js';
import type { ChartSpec } from './catalog.js';

const HEADER = 44;

/** PNG bytes at the resolution of the screen. */
export async function chartPicture(
  chart: HTMLCanvasElement,
  spec: ChartSpec,
  theme: Theme,
): Promise<Uint8Array> {
  const scale = chart.width / Math.max(1, chart.clientWidth);
  const canvas = document.createElement('canvas');
  canvas.width = chart.width;
  canvas.height = chart.height + HEADER * scale;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser cannot draw pictures.');
  context.fillStyle = theme.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(chart, 0, HEADER * scale);
  context.scale(scale, scale);
  drawHeader(context, spec, theme);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('The picture could not be encoded.');
  return new Uint8Array(await blob.arrayBuffer());
}

function drawHeader(context: CanvasRenderingContext2D, spec: ChartSpec, theme: Theme): void {
  context.fillStyle = theme.foreground;
  context.font = `600 13px ${theme.fontFamily}`;
  context.fillText(spec.title, 12, 18);
  context.font = `${theme.fontSize}px ${theme.fontFamily}`;
  let left = 12;
  for (const line of spec.lines) {
    const color =
      line.kind === 'threshold' ? theme.foreground : theme.palette[line.color % theme.palette.length];
    context.strokeStyle = color ?? theme.foreground;
    context.lineWidth = 2;
    context.setLineDash([...(DASHES[line.color % DASHES.length] ?? [])]);
    context.beginPath();
    context.moveTo(left, 33);
    context.lineTo(left + 20, 33);
    context.stroke();
    context.fillText(line.label, left + 26, 37);
    left += 26 + context.measureText(line.label).width + 16;
  }
}
