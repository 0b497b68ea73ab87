/** Which columns the table shows, in which order and how wide: what somebody chose, laid over the fields there are. */
import type { Column } from "./columns";
import { LEAST_WIDTH } from "./width";
import { clamp } from "./window";

/** What somebody chose. Names that are not among the fields at present keep their places. */
export interface Arrangement {
  /** Names in the order chosen; fields that are not in it follow, as they turn up. */
  order: readonly string[];
  hidden: readonly string[];
  /** Pixels; a column without a width gets one that suits what it holds. */
  widths: ReadonlyMap<string, number>;
}

/** Nothing was chosen. */
export const UNARRANGED: Arrangement = { order: [], hidden: [], widths: new Map() };

/** The widest that a column can be made, pixels. */
const MOST_WIDTH = 2_000;

/** All columns in the order chosen. */
export function ordered(columns: readonly Column[], { order }: Arrangement): readonly Column[] {
  if (order.length === 0) return columns;
  const places = new Map(order.map((name, at) => [name, at]));
  const placeOf = ({ name }: Column) => places.get(name) ?? Infinity;
  // Sorting is stable: those without a place stay as they turned up.
  return columns.toSorted((one, other) => {
    const [first, second] = [placeOf(one), placeOf(other)];
    return first === second ? 0 : first - second;
  });
}

/** The columns that the table shows. It is never without any: the first stays where all are hidden. */
export function arranged(columns: readonly Column[], arrangement: Arrangement): readonly Column[] {
  const all = ordered(columns, arrangement);
  const hidden = new Set(arrangement.hidden);
  const shown = all.filter(({ name }) => !hidden.has(name));
  return shown.length > 0 ? shown : all.slice(0, 1);
}

/** Puts a column to where another stands, which makes room. */
export function moved(
  columns: readonly Column[],
  arrangement: Arrangement,
  name: string,
  other: string,
): Arrangement {
  const known = new Set(arrangement.order);
  const full = [
    ...arrangement.order,
    ...columns.map((column) => column.name).filter((each) => !known.has(each)),
  ];
  const [from, to] = [full.indexOf(name), full.indexOf(other)];
  if (from < 0 || to < 0 || from === to) return arrangement;
  full.splice(from, 1);
  // Where it stood before the other, that has moved up by one: the same position is now behind it.
  full.splice(to, 0, name);
  return { ...arrangement, order: full };
}

/** Hides a column, or shows it again. The last that is shown stays. */
export function toggled(columns: readonly Column[], arrangement: Arrangement, name: string): Arrangement {
  if (arrangement.hidden.includes(name)) {
    return { ...arrangement, hidden: arrangement.hidden.filter((hidden) => hidden !== name) };
  }
  const shown = arranged(columns, arrangement);
  if (shown.length < 2) return arrangement;
  return { ...arrangement, hidden: [...arrangement.hidden, name] };
}

/** Gives a column a width. */
export function resized(arrangement: Arrangement, name: string, width: number): Arrangement {
  const kept = clamp(Math.round(width), LEAST_WIDTH, MOST_WIDTH);
  return { ...arrangement, widths: new Map([...arrangement.widths, [name, kept]]) };
}

/** The names of the columns beside one that is shown, as the table shows them; null at an end. */
export function neighbour(columns: readonly Column[], name: string, by: -1 | 1): string | null {
  const at = columns.findIndex((column) => column.name === name);
  return at < 0 ? null : (columns[at + by]?.name ?? null);
}
