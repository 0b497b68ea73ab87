import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

import { ROW } from "./geometry.svelte";

it("a row is as high for what scrolls as the styles make it", () => {
  const tokens = readFileSync(new URL("../../styles/tokens.css", import.meta.url), "utf8");
  expect(/--row: (\d+)px/.exec(tokens)?.[1]).toBe(String(ROW));
});
