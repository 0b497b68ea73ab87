import type { Locator } from "@playwright/test";

import { expect, test } from "./support/test.ts";

test.beforeEach(async ({ app, lab }) => app.open(lab));

const oid = (end: string) => ({ $oid: `65a0000000000000000000${end}` });
const uuid = (base64: string, subType: string) => ({ $binary: { base64, subType } });

/** A value of every type: what is stored, what is typed, and what is stored then. */
const EVERY_TYPE: {
  name: string;
  before: unknown;
  type: (editor: Locator) => Promise<void>;
  after: unknown;
}[] = [
  { name: "string", before: "a", type: fill("Value of string", "b"), after: "b" },
  {
    name: "int",
    before: { $numberInt: "7" },
    type: fill("Value of int", "-2147483648"),
    after: { $numberInt: "-2147483648" },
  },
  {
    name: "long",
    before: { $numberLong: "1" },
    type: fill("Value of long", "9007199254740993"),
    after: { $numberLong: "9007199254740993" },
  },
  {
    name: "double",
    before: { $numberDouble: "1.5" },
    type: fill("Value of double", "-0.0"),
    after: { $numberDouble: "-0.0" },
  },
  {
    name: "decimal",
    before: { $numberDecimal: "1.10" },
    type: fill("Value of decimal", "1.100"),
    after: { $numberDecimal: "1.100" },
  },
  {
    name: "bool",
    before: true,
    type: async (editor) => {
      await expect(editor.getByRole("radio", { name: "true" })).toBeFocused();
      await editor.page().keyboard.press("ArrowRight");
    },
    after: false,
  },
  {
    name: "date",
    before: { $date: { $numberLong: "0" } },
    type: fill("Value of date", "2026-11-23T21:30:00.5+02:00"),
    after: { $date: { $numberLong: "1795462200500" } },
  },
  { name: "objectId", before: oid("01"), type: fill("Value of objectId", oid("02").$oid), after: oid("02") },
  {
    name: "binData",
    before: uuid("YWJj", "00"),
    type: async (editor) => {
      await editor.getByRole("combobox", { name: "Subtype" }).selectOption("128");
      await editor.getByText("Hex", { exact: true }).click();
      await expect(editor.getByRole("textbox")).toHaveValue("616263");
      await fill("Value of binData", "00ff")(editor);
      await expect(editor).toContainText("2 bytes");
    },
    after: uuid("AP8=", "80"),
  },
  {
    name: "uuid",
    before: uuid("ABEiM0RVZneImaq7zN3u/w==", "04"),
    type: fill("Value of uuid", "ffeeddcc-bbaa-9988-7766-554433221100"),
    after: uuid("/+7dzLuqmYh3ZlVEMyIRAA==", "04"),
  },
  {
    name: "regex",
    before: { $regularExpression: { pattern: "^a", options: "m" } },
    type: async (editor) => {
      await fill("Pattern", "a/\\d+")(editor);
      await editor.getByRole("checkbox", { name: /Ignore case/ }).press("Space");
    },
    after: { $regularExpression: { pattern: "a/\\d+", options: "im" } },
  },
  {
    name: "timestamp",
    before: { $timestamp: { t: 5, i: 1 } },
    type: async (editor) => {
      await fill("Seconds", "1795462200")(editor);
      await expect(editor).toContainText("2026-11-23T19:30:00Z");
      await editor.page().keyboard.press("Tab");
      await expect(editor.getByRole("textbox", { name: "Counter" })).toBeFocused();
      await editor.page().keyboard.type("7");
    },
    after: { $timestamp: { t: 1795462200, i: 7 } },
  },
  {
    name: "javascript",
    before: { $code: "f()" },
    type: fill("Value of javascript", "function () {\n  return 1;\n}"),
    after: { $code: "function () {\n  return 1;\n}" },
  },
  {
    name: "scoped",
    before: { $code: "g(x)", $scope: { x: { $numberInt: "1" } } },
    type: async (editor) => {
      await fill("Source", 'h("x")')(editor);
      await fill(/^Scope/, '{"x": {"$numberLong": "9007199254740993"}}')(editor);
    },
    after: { $code: 'h("x")', $scope: { x: { $numberLong: "9007199254740993" } } },
  },
  {
    name: "pointer",
    before: { $dbPointer: { $ref: "d.c", $id: oid("03") } },
    type: async (editor) => {
      await fill("Namespace", "d.other")(editor);
      await fill("ObjectId", oid("04").$oid)(editor);
    },
    after: { $dbPointer: { $ref: "d.other", $id: oid("04") } },
  },
  {
    name: "symbol",
    before: { $symbol: "s" },
    type: fill("Value of symbol", "t"),
    after: { $symbol: "t" },
  },
  { name: "nothing", before: null, type: choose("maxKey"), after: { $maxKey: 1 } },
  { name: "least", before: { $minKey: 1 }, type: choose("undefined"), after: { $undefined: true } },
  { name: "most", before: { $maxKey: 1 }, type: choose("null"), after: null },
  { name: "undef", before: { $undefined: true }, type: choose("minKey"), after: { $minKey: 1 } },
];

function fill(label: string | RegExp, text: string): (editor: Locator) => Promise<void> {
  return (editor) => editor.getByRole("textbox", { name: label }).fill(text);
}

function choose(kind: string): (editor: Locator) => Promise<void> {
  return async (editor) => {
    // Where there is nothing to type, the keyboard begins with the type.
    const types = editor.getByRole("combobox");
    await expect(types).toBeFocused();
    await types.selectOption(kind);
  };
}

test("a value of every type is edited in the inspector, and stored to the byte", async ({
  app,
  items,
  page,
}) => {
  const id = items.name();
  await items.store(id, Object.fromEntries(EVERY_TYPE.map(({ name, before }) => [name, before])));
  await app.openItem(id);
  for (const { name, type } of EVERY_TYPE) {
    await app.field(name).dblclick({ position: { x: 8, y: 8 } });
    const editor = app.editor(name);
    await type(editor);
    await page.keyboard.press("Enter");
    await expect(editor).toHaveCount(0);
  }
  await expect(page.getByText(`${EVERY_TYPE.length} fields changed`).first()).toBeVisible();
  await page.keyboard.press("Control+s");
  await app.saved();
  const after = Object.fromEntries(EVERY_TYPE.map(({ name, after }) => [name, after]));
  expect(await items.stored(id)).toEqual({ _id: id, ...after });
});

test("a change of type shows at once what it loses, and the way back loses nothing", async ({
  app,
  items,
  page,
}) => {
  const id = items.name();
  await items.store(id, { n: { $numberDouble: "2.75" } });
  await app.openItem(id);
  await app.field("n").dblclick();
  const editor = app.editor("n");
  const types = editor.getByRole("combobox", { name: "Type of n" });
  const value = editor.getByRole("textbox");

  await types.selectOption("int");
  await expect(editor).toContainText("2.75 becomes 2: 0.75 is lost.");
  await expect(value).toHaveValue("2");
  await types.selectOption("decimal");
  await expect(editor).toContainText("Nothing is lost.");
  await expect(value).toHaveValue("2.75");
  await types.selectOption("objectId");
  await expect(editor).toContainText("no ObjectId can be made of it");
  await types.selectOption("double");
  await expect(value).toHaveValue("2.75");

  await types.selectOption("int");
  await expect(value).toHaveValue("2");
  await value.fill("3");
  await expect(editor).not.toContainText("is lost");
  await page.keyboard.press("Enter");
  await expect(page.getByText("1 field changed").first()).toBeVisible();
  await page.keyboard.press("Control+s");
  await app.saved();
  expect(await items.stored(id)).toEqual({ _id: id, n: { $numberInt: "3" } });
});

test("a mistake is told at the part that it is in, and Esc gives up one step", async ({
  app,
  items,
  page,
}) => {
  const id = items.name();
  await items.store(id, { at: { $timestamp: { t: 5, i: 1 } } });
  await app.openItem(id);
  await app.fields.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const editor = app.editor("at");
  const counter = editor.getByRole("textbox", { name: "Counter" });
  await counter.fill("4294967296");
  await expect(editor).toContainText("Must be from 0 to 4294967295.");
  await expect(counter).toHaveAttribute("aria-invalid", "true");
  await expect(editor.getByRole("textbox", { name: "Seconds" })).toHaveAttribute("aria-invalid", "false");
  await page.keyboard.press("Enter");
  await expect(editor).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(editor).toHaveCount(0);
  await expect(app.fields).toBeFocused();
  await expect(page.getByText("1 field changed")).toHaveCount(0);
});

test("a date is typed by the clock of this machine, and stored in UTC", async ({
  app,
  browser,
  items,
  lab,
}) => {
  const id = items.name();
  await items.store(id, { at: { $date: { $numberLong: "0" } } });
  const context = await browser.newContext({ timezoneId: "Asia/Kolkata" });
  try {
    const page = await context.newPage();
    const there = app.on(page);
    await there.open(lab);
    await there.openItem(id);
    await there.field("at").dblclick();
    const editor = there.editor("at");
    await editor.getByText("Local", { exact: true }).click();
    const value = editor.getByRole("textbox");
    await expect(value).toHaveValue("1970-01-01T05:30:00.000+05:30");
    await value.fill("2026-11-24 01:00");
    await expect(editor).toContainText("UTC 2026-11-23T19:30:00.000Z");
    await value.press("Enter");
    await expect(page.getByText("1 field changed").first()).toBeVisible();
    await page.keyboard.press("Control+s");
    await there.saved();
  } finally {
    await context.close();
  }
  expect(await items.stored(id)).toEqual({ _id: id, at: { $date: { $numberLong: "1795462200000" } } });
});
