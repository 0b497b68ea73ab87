import { expect, it } from "vitest";

import { leaf, view } from "./testing";
import { widthFor } from "./width";

it("a column shows its heading and its values, within bounds", () => {
  const long = view([leaf("a", "string", "x".repeat(200))]);
  const short = view([leaf("a", "int", "1")]);
  expect(widthFor("a Int32", "a", [short])).toBe(72);
  expect(widthFor("a String", "a", [short, long])).toBe(260);
  expect(widthFor("a heading of some length", "a", [short])).toBeGreaterThan(150);
});
