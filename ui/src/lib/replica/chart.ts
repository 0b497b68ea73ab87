import type uPlot from "uplot";

/** A line across the chart beyond which something is wrong. */
export interface Threshold {
  value: number;
  tone: "warn" | "down";
}

/** Something that happened at a time. */
export interface Mark {
  /** Seconds since 1970. */
  at: number;
  label: string;
}

interface Colours {
  warn: string;
  down: string;
  ink: string;
  font: string;
}

/** Draws thresholds across and events down the chart. */
export function drawMarks(
  plot: uPlot,
  thresholds: readonly Threshold[],
  marks: readonly Mark[],
  colours: Colours,
): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineWidth = ratio;
  ctx.font = colours.font.replace(/\d+px/, `${10 * ratio}px`);
  for (const { value, tone } of thresholds) {
    const y = plot.valToPos(value, "y", true);
    ctx.strokeStyle = colours[tone];
    ctx.setLineDash([3 * ratio, 3 * ratio]);
    line(ctx, bbox.left, y, bbox.left + bbox.width, y);
  }
  ctx.strokeStyle = ctx.fillStyle = colours.ink;
  ctx.setLineDash([]);
  // Each label in the highest row in which it does not run into another one.
  const taken: { row: number; from: number; to: number }[] = [];
  for (const { at, label } of marks) {
    const x = plot.valToPos(at, "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    line(ctx, x, bbox.top, x, bbox.top + bbox.height);
    const isLeft = x > bbox.left + bbox.width * 0.7;
    ctx.textAlign = isLeft ? "right" : "left";
    const start = x + (isLeft ? -4 : 4) * ratio;
    const width = ctx.measureText(label).width;
    const [from, to] = isLeft ? [start - width, start] : [start, start + width];
    let row = 0;
    while (taken.some((other) => other.row === row && other.from < to && from < other.to)) row += 1;
    taken.push({ row, from, to });
    ctx.fillText(label, start, bbox.top + (11 + 13 * row) * ratio);
  }
  ctx.restore();
}

function line(ctx: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
}
