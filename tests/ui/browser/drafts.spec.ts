import { expect, test } from "./support/test.ts";

test.beforeEach(async ({ app, lab }) => app.open(lab));

test("a nested field is added, changed, renamed, moved and taken away by the keyboard alone", async ({
  app,
  items,
  page,
}) => {
  const id = items.name();
  await items.store(id, { dims: { w: 1, h: 2 }, tags: ["a", "b"] });
  await app.openItem(id);
  await app.fields.focus();
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  // Into dims, onto w: another value.
  await press("Home", "ArrowDown", "ArrowRight", "ArrowDown", "F2");
  await page.keyboard.type("5");
  await press("Enter");
  await expect(app.fields.getByText("changed from 1 to 5")).toBeAttached();
  // Behind it something new.
  await press("Insert");
  await page.keyboard.type("depth");
  await press("Tab", "Tab");
  await page.keyboard.type("deep");
  await press("Enter");
  await expect(app.field("depth")).toContainText("added");
  // w gets another name, and goes to the end.
  await press("Shift+F2");
  await page.keyboard.type("width");
  await press("Enter");
  await expect(app.field("width")).toContainText("5");
  await press("Alt+ArrowDown");
  await expect(app.field("width")).toContainText("5");
  // The last tag goes.
  await press("End", "ArrowRight", "End", "Delete");
  await expect(app.fields.getByRole("treeitem", { name: /^1 .*removed/ })).toBeVisible();
  expect(await items.stored(id)).toMatchObject({ dims: { w: { $numberInt: "1" } } });
  await press("Control+s");
  await app.saved();
  const stored = (await items.stored(id)) as Record<string, unknown>;
  expect(JSON.stringify(stored)).toBe(
    JSON.stringify({
      _id: id,
      dims: { depth: "deep", width: { $numberInt: "5" }, h: { $numberInt: "2" } },
      tags: ["a"],
    }),
  );
});

test("changes are reviewed as a difference, and one is taken back alone", async ({ app, items, page }) => {
  const id = items.name();
  await items.store(id, { a: 1, b: 1, c: 1 });
  await app.openItem(id);
  await app.edit("a", "2");
  await app.field("b").click();
  await page.keyboard.press("Delete");
  await expect(page.getByText("2 fields changed").first()).toBeVisible();
  await page.keyboard.press("Control+Shift+S");
  const row = (name: string) => app.dialog.getByRole("row", { name: new RegExp(`^${name}`) });
  await expect(row("a")).toContainText("Changed");
  await expect(row("b")).toContainText("Removed");
  await row("b")
    .getByRole("button", { name: /^Take back/ })
    .click();
  await expect(app.dialog.getByRole("row")).toHaveCount(2);
  await app.dialog.getByRole("button", { name: "Save" }).click();
  await app.saved();
  expect(await items.stored(id)).toMatchObject({
    a: { $numberInt: "2" },
    b: { $numberInt: "1" },
    c: { $numberInt: "1" },
  });
});

test("what others changed in another field stays, and nobody is asked", async ({ app, items, page }) => {
  const id = items.name();
  await items.store(id, { mine: 1, theirs: 1 });
  await app.openItem(id);
  await app.edit("mine", "2");
  await items.change(id, { theirs: 7 });
  await page.keyboard.press("Control+s");
  await app.saved();
  expect(await items.stored(id)).toMatchObject({ mine: { $numberInt: "2" }, theirs: { $numberInt: "7" } });
});

test("one value is edited as text in mongosh syntax", async ({ app, items, page }) => {
  const id = items.name();
  await items.store(id, { list: [1], name: "x" });
  await app.openItem(id);
  await app.field("list").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Edit as text…" }).click();
  await app.write("[NumberLong(5), ISODate('2026-01-01T00:00:00Z'), { a: 1 }]");
  await app.dialog.getByRole("button", { name: "Take over" }).click();
  await expect(app.dialog).toHaveCount(0);
  await page.keyboard.press("Control+s");
  await app.saved();
  expect(await items.stored(id)).toMatchObject({
    list: [{ $numberLong: "5" }, { $date: { $numberLong: "1767225600000" } }, { a: { $numberInt: "1" } }],
  });
});

test("a document that somebody deleted is inserted again with its changes", async ({ app, items, page }) => {
  const id = items.name();
  await items.store(id, { name: "first", n: 1 });
  await app.openItem(id);
  await app.edit("name", "mine");
  await items.remove(id);
  await page.keyboard.press("Control+s");
  await app.button("Insert again").click();
  await app.saved();
  expect(await items.stored(id)).toEqual({ _id: id, name: "mine", n: { $numberInt: "1" } });
});
