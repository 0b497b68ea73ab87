import { expect, it } from "vitest";

import { leaf, view } from "./testing";
import { fitsIn, widthFor } from "./width";

it("a column shows its heading and its values, within bounds", () => {
  const long = view([leaf("a", "string", "x".repeat(200))]);
  const short = view([leaf("a", "int", "1")]);
  expect(widthFor("a Int32", "a", [short])).toBe(72);
  expect(widthFor("a String", "a", [short, long])).toBe(260);
  expect(widthFor("a heading of some length", "a", [short])).toBeGreaterThan(150);
});

it("a text that fits is known to be seen whole", () => {
  expect(fitsIn("…1a2b3c4d", 100)).toBe(true);
  expect(fitsIn("…1a2b3c4d", 80)).toBe(false);
  expect(fitsIn("日本", 200)).toBe(false);
  const document = view([leaf("a", "string", "eighteen letters..")]);
  expect(fitsIn("eighteen letters..", widthFor("", "a", [document]) + 1)).toBe(true);
});
