/** A value that is given another type: the core makes it, and tells what is lost. */
import type { Converted, Kind, Loss, TypedValue } from "$lib/backend";
import type { SingleKind } from "./kind";
import type { Source } from "./source";
import { blankText } from "./value";

/** Asks the core. */
export type Convert = (value: TypedValue, kind: Kind) => Promise<Converted>;

/** Asks whoever the documents come from. */
export function convertBy({ backend }: Source): Convert {
  return (value, kind) => backend.convertValue({ value, kind });
}

/** A change of type: what was there, what was made of it, and what that loses; null where the core could not be asked. */
export interface Conversion {
  from: TypedValue;
  made: { kind: SingleKind; text: string };
  loss: Loss | null;
}

/** Types whose values are typed as one line or text, without a frame around them. */
const PLAIN: readonly Kind[] = [
  "string",
  "symbol",
  "javascript",
  "int",
  "long",
  "double",
  "decimal",
  "date",
  "objectId",
];

/** What to go on with where nothing was made: what is typed, if the new type may be typed so too. */
export function leftText(from: TypedValue, kind: SingleKind): string {
  return PLAIN.includes(from.kind) && PLAIN.includes(kind) ? from.text : blankText(kind);
}

/** Makes a value of another type of what is typed; of what is no value, nothing is made. */
export async function conversion(
  from: TypedValue,
  value: TypedValue | null,
  kind: SingleKind,
  convert: Convert,
): Promise<Conversion> {
  const left = { kind, text: leftText(from, kind) };
  if (!value) return { from, made: left, loss: null };
  try {
    const { value: made, loss } = await convert(value, kind);
    return { from, made: made ? { kind, text: made.text } : left, loss };
  } catch {
    return { from, made: left, loss: null };
  }
}
