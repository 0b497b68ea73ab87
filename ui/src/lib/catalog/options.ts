import type { CreateCollectionRequest } from "$lib/backend/bindings";

/** The options of a new collection, as they are typed. */
export interface TypedOptions {
  capped: boolean;
  sizeMib: string;
  maxDocuments: string;
  validator: string;
  others: string;
}

export function typedOptions(): TypedOptions {
  return { capped: false, sizeMib: "16", maxDocuments: "", validator: "", others: "" };
}

const MIB = 1024 * 1024;

/** A whole number above 0 that is exact; null for anything else. */
export function wholeNumber(text: string): number | null {
  if (!/^\d+$/.test(text.trim())) return null;
  const number = Number(text);
  return number > 0 && Number.isSafeInteger(number * MIB) ? number : null;
}

/** Whether a number that is asked for is none. */
export function isBadNumber({ capped, sizeMib, maxDocuments }: TypedOptions): boolean {
  if (!capped) return false;
  return wholeNumber(sizeMib) === null || (maxDocuments.trim() !== "" && wholeNumber(maxDocuments) === null);
}

/** What is asked of the core; a blank text is none. */
export function optionsOf(
  typed: TypedOptions,
): Pick<CreateCollectionRequest, "capped" | "validator" | "options"> {
  const sizeMib = wholeNumber(typed.sizeMib);
  const text = (typedText: string) => (typedText.trim() === "" ? null : typedText);
  return {
    capped:
      typed.capped && sizeMib !== null
        ? { sizeBytes: sizeMib * MIB, maxDocuments: wholeNumber(typed.maxDocuments) }
        : null,
    validator: text(typed.validator),
    options: text(typed.others),
  };
}
