/** How somebody looks at a collection, as the window remembers it. */
import { isRecord, keptList, type Owner, readKept, type Storage, writeKept } from "$lib/per-collection";
import { type Arrangement, resized, UNARRANGED } from "./arrange";
import { type Syntax, SYNTAXES } from "./exacttext";

/** The views of the same page of documents, in the order in which they are offered. */
export const VIEWS = ["table", "tree", "json"] as const;
export type View = (typeof VIEWS)[number];

/** How a collection is looked at. */
export interface Layout {
  view: View;
  /** The syntax of the view as text. */
  syntax: Syntax;
  columns: Arrangement;
}

/** Nothing was chosen. */
export const PLAIN: Layout = { view: "table", syntax: "relaxed", columns: UNARRANGED };

const KEY = "trivet.layouts.1";
/** Names kept in a list, and the characters of one: more are not worth the room. */
const NAMES = 500;
const LONGEST = 300;

/** How a collection was looked at. What cannot be read is as nobody chose it. */
export function readLayout(storage: Storage, owner: Owner): Layout {
  const kept = readKept(storage, KEY, owner);
  const widths = keptList(kept["widths"]).filter(isWidth);
  return {
    view: VIEWS.find((view) => view === kept["view"]) ?? PLAIN.view,
    syntax: SYNTAXES.find((syntax) => syntax === kept["syntax"]) ?? PLAIN.syntax,
    columns: widths.reduce<Arrangement>((columns, [name, width]) => resized(columns, name, width), {
      ...UNARRANGED,
      order: names(kept["order"]),
      hidden: names(kept["hidden"]),
    }),
  };
}

/** Remembers how a collection is looked at, as far as there is room. Says whether the storage took it. */
export function writeLayout(storage: Storage, owner: Owner, { view, syntax, columns }: Layout): boolean {
  return writeKept(storage, KEY, owner, {
    view,
    syntax,
    order: names(columns.order),
    hidden: names(columns.hidden),
    widths: [...columns.widths].filter(([name]) => name.length <= LONGEST).slice(-NAMES),
  });
}

function names(kept: unknown): string[] {
  const texts = keptList(kept).filter((name) => typeof name === "string" && name.length <= LONGEST);
  return [...new Set(texts as string[])].slice(0, NAMES);
}

function isWidth(kept: unknown): kept is [string, number] {
  return (
    isRecord(kept) && typeof kept[0] === "string" && typeof kept[1] === "number" && Number.isFinite(kept[1])
  );
}
