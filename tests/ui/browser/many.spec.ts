import { type App } from "./support/app.ts";
import { type Items } from "./support/items.ts";
import { expect, test } from "./support/test.ts";

test.beforeEach(async ({ app, lab }) => app.open(lab));

/** Stores so many documents of one group, and shows them. */
async function group(app: App, items: Items, count: number): Promise<{ name: string; ids: string[] }> {
  const ids = Array.from({ length: count }, () => items.name());
  const [name = ""] = ids;
  for (const [n, id] of ids.entries()) await items.store(id, { group: name, n });
  await app.filter(`{ group: "${name}" }`);
  await expect(app.rows).toHaveCount(count);
  return { name, ids };
}

test("all that a filter finds are changed and taken back, by the keyboard alone", async ({
  app,
  items,
  page,
}) => {
  const { name, ids } = await group(app, items, 3);
  await page.keyboard.press("Control+Shift+E");
  await expect(app.dialog.getByRole("textbox", { name: "Filter" })).toHaveValue(`{ group: "${name}" }`);
  await expect(app.dialog.locator(".cm-content")).toBeFocused();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText("{ $inc: { n: 10 }, $set: { seen: true } }");
  // Esc goes back a step and loses nothing.
  await page.keyboard.press("Escape");
  await expect(app.dialog).toHaveCount(0);
  await page.keyboard.press("Control+Shift+E");
  await expect(app.dialog.locator(".cm-content")).toContainText("seen: true");
  await expect(app.dialog.locator(".cm-content")).toBeFocused();
  await page.keyboard.press("Control+Enter");
  const sample = app.dialog.getByRole("region", { name: "Sample" });
  await expect(sample.getByRole("article")).toHaveCount(3);
  await expect(sample.getByRole("article").nth(1)).toContainText("11");
  await expect(app.dialog.getByText("3 documents")).toBeVisible();
  await expect(app.dialog.getByText(/Undo will reach all of it/)).toBeVisible();
  // Nothing was written by looking.
  expect(await items.stored(ids[1] ?? "")).toMatchObject({ n: { $numberInt: "1" } });

  const run = app.dialog.getByRole("button", { name: "Change 3" });
  while (!(await run.evaluate((button) => button === document.activeElement)))
    await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(app.dialog.getByRole("heading", { name: "3 documents changed" })).toBeVisible();
  expect(await items.stored(ids[1] ?? "")).toMatchObject({ n: { $numberInt: "11" }, seen: true });
  await expect(app.rows.first()).toContainText("true");
  await app.dialog.getByRole("button", { name: "Undo", exact: true }).press("Enter");
  await expect(app.dialog.getByText("Undone: 3 restored.")).toBeVisible();
  expect(await items.stored(ids[1] ?? "")).toEqual({ _id: ids[1], group: name, n: { $numberInt: "1" } });
  await page.keyboard.press("Escape");
  await expect(app.dialog).toHaveCount(0);
});

test("what is sent is what was seen, and a mistake is told where it is", async ({ app, items, page }) => {
  await group(app, items, 2);
  await page.keyboard.press("Control+Shift+E");
  const run = app.dialog.getByRole("button", { name: /^Change/ }).last();
  await app.write("{ $set: { n: oops } }");
  await page.keyboard.press("Control+Enter");
  await expect(app.dialog.getByText(/The update cannot be read at line 1, column 14/)).toBeVisible();
  await expect(run).toBeDisabled();
  await app.write("{ $nope: { n: 1 } }");
  await page.keyboard.press("Control+Enter");
  await expect(app.dialog.getByRole("article").first()).toContainText("$nope");
  await app.write("{ $set: { n: 5 } }");
  await expect(app.dialog.getByText("This has changed since the preview: look again.")).toBeVisible();
  await expect(run).toBeDisabled();
  await page.keyboard.press("Control+Enter");
  await expect(run).toBeEnabled();
  await app.dialog.getByRole("textbox", { name: "Filter" }).fill("{ group: ");
  await page.keyboard.press("Enter");
  await expect(app.dialog.getByRole("textbox", { name: "Filter" })).toHaveAttribute("aria-invalid", "true");
});

test("all that a filter finds are deleted from the menu, and come back", async ({ app, items, page }) => {
  const { ids } = await group(app, items, 4);
  await app.button("Many documents").click();
  await page.getByRole("menuitem", { name: "Delete all…" }).click();
  await expect(app.dialog.getByRole("article")).toHaveCount(4);
  await app.dialog.getByRole("button", { name: "Delete 4" }).click();
  await expect(app.dialog.getByRole("heading", { name: "4 documents deleted" })).toBeVisible();
  expect(await items.stored(ids[3] ?? "")).toBeNull();
  await expect(app.rows).toHaveCount(0);
  await app.dialog.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(app.dialog.getByText("Undone: 4 restored.")).toBeVisible();
  expect(await items.stored(ids[3] ?? "")).toMatchObject({ _id: ids[3] });
  await app.dialog.getByRole("button", { name: "Close" }).last().click();
  await expect(app.rows).toHaveCount(4);
});

test("documents of a pasted text are inserted, and those that are there are named", async ({
  app,
  items,
  page,
}) => {
  const [first, second] = [items.name(), items.name()];
  await items.store(first, { mine: true });
  await app.button("Many documents").click();
  await page.getByRole("menuitem", { name: "Insert many…" }).click();
  await app.write(
    `{ _id: "${first}", big: NumberLong("9007199254740993") }\n{ "_id": "${second}", "at": { "$date": "2026-01-01T00:00:00Z" } }`,
  );
  await page.keyboard.press("Control+Enter");
  await expect(app.dialog.getByText("2 documents")).toBeVisible();
  await expect(app.dialog.getByRole("article").first()).toContainText(
    "There is a document with this _id already",
  );
  await app.dialog.getByRole("button", { name: "Insert 2" }).click();
  await expect(app.dialog.getByRole("heading", { name: "1 document inserted" })).toBeVisible();
  await expect(app.dialog.getByRole("region", { name: /could not be written/ })).toContainText(
    "with this _id already",
  );
  expect(await items.stored(first)).toMatchObject({ mine: true });
  expect(await items.stored(second)).toMatchObject({ at: { $date: { $numberLong: "1767225600000" } } });
});

test("a long change is left running, shown again, cancelled, and taken back", async ({
  app,
  lab,
  namespaces,
  page,
}) => {
  const { database, collection } = await namespaces.filled(20_000);
  await page.reload();
  await app.openCollection(collection);
  await page.keyboard.press("Control+Shift+E");
  await expect(app.dialog.getByText("every document of the collection is meant")).toBeVisible();
  await app.write("{ $set: { done: true } }");
  await page.keyboard.press("Control+Enter");
  await app.dialog.getByRole("button", { name: "Change 20,000" }).click();
  await app.dialog.getByRole("button", { name: "Leave it running" }).click();
  await expect(app.dialog).toHaveCount(0);
  const strip = page.getByRole("group", { name: "Many documents" });
  await expect(strip).toContainText("of 20,000");
  await strip.getByRole("button", { name: "Show" }).click();
  await expect(app.dialog.getByRole("progressbar", { name: "Changing" })).toBeVisible();
  await app.dialog.getByRole("button", { name: "Cancel", exact: true }).click();
  await expect(app.dialog.getByText("It was cancelled. What was written before stays.")).toBeVisible();
  const count = (filter: string) =>
    lab.ask<{ count: number }>("count", {
      connection: "default",
      namespace: { database, collection },
      mode: "exact",
      filter,
    });
  const { count: done } = await count("{ done: true }");
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(20_000);
  await expect(app.dialog.getByRole("definition").nth(1)).toHaveText(done.toLocaleString("en"));
  await app.dialog.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(app.dialog.getByText(/^Undone:/)).toBeVisible({ timeout: 30_000 });
  expect((await count("{ done: true }")).count).toBe(0);
});
