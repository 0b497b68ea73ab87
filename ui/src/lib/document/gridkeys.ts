/** Where the arrow keys and their like lead in a grid. */
import { clamp } from "./window";

/** A cell, by its position. */
export interface Position {
  row: number;
  column: number;
}

/** What a grid's keys move in: how many rows and columns there are, and how many rows fit on a page. */
export interface GridSize {
  rows: number;
  columns: number;
  page: number;
}

/** The cell that a key leads to, kept inside the grid; null for a key that does not move. */
export function moveTo(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">,
  from: Position,
  size: GridSize,
): Position | null {
  if (event.altKey) return null;
  const far = event.ctrlKey || event.metaKey;
  const to = target(event.key, far, from, size);
  return (
    to && {
      row: clamp(to.row, 0, Math.max(0, size.rows - 1)),
      column: clamp(to.column, 0, Math.max(0, size.columns - 1)),
    }
  );
}

function target(key: string, far: boolean, { row, column }: Position, size: GridSize): Position | null {
  switch (key) {
    case "ArrowUp":
      return { row: far ? 0 : row - 1, column };
    case "ArrowDown":
      return { row: far ? size.rows : row + 1, column };
    case "ArrowLeft":
      return { row, column: far ? 0 : column - 1 };
    case "ArrowRight":
      return { row, column: far ? size.columns : column + 1 };
    case "PageUp":
      return { row: row - size.page, column };
    case "PageDown":
      return { row: row + size.page, column };
    case "Home":
      // Far, these go to the ends of the whole result, of which a grid holds a part.
      return far ? null : { row, column: 0 };
    case "End":
      return far ? null : { row, column: size.columns };
    default:
      return null;
  }
}

/** What Alt and a sideways arrow do to the column that the keyboard is on: move it, or with Shift make it wider or narrower. */
export interface ColumnGesture {
  is: "move" | "widen";
  by: -1 | 1;
}

/** What these keys do to a column, or null. */
export function columnGesture(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">,
): ColumnGesture | null {
  if (!event.altKey || event.ctrlKey || event.metaKey) return null;
  const is = event.shiftKey ? "widen" : "move";
  if (event.key === "ArrowLeft") return { is, by: -1 };
  return event.key === "ArrowRight" ? { is, by: 1 } : null;
}
