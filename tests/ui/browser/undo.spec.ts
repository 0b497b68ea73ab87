import { expect, test } from "./support/test.ts";

test.beforeEach(async ({ app, lab }) => app.open(lab));

test("the bar at the bottom says what Undo would undo, and opens the history there", async ({
  app,
  items,
  page,
}) => {
  const id = items.name();
  await items.store(id, { name: "first" });
  await app.openItem(id);
  await app.edit("name", "second");
  await page.keyboard.press("Control+s");
  await app.saved();
  const mark = page.getByRole("contentinfo").getByRole("button", { name: /^Undo: change of/ });
  await expect(mark).toContainText("in mydatabase.items · just now");
  // Another write comes after it, which the bar has not heard of.
  await items.store(items.name(), { name: "other" });
  await mark.press("Enter");
  await expect(app.dialog.getByRole("listbox").getByRole("option", { selected: true })).toContainText(id);
  await expect(app.dialog.getByRole("row", { name: /^name/ })).toContainText("first");
});

test("a deletion is taken back from its message, and so is the taking back", async ({ app, items, page }) => {
  const id = items.name();
  await items.store(id, { name: "gone" });
  await app.openItem(id);
  await app.rows.first().click();
  await page.keyboard.press("Delete");
  await expect(app.dialog).toContainText("Undo brings it back.");
  await app.dialog.getByRole("button", { name: "Delete" }).click();
  await app.message("Deleted gone").getByRole("button", { name: "Undo" }).press("Enter");
  const told = app.message("Undone: 1 restored.");
  await expect(told.getByRole("button", { name: "Undo" })).toBeVisible();
  expect(await items.stored(id)).toEqual({ _id: id, name: "gone" });
  await expect(app.rows).toHaveCount(1);
  await told.getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => items.stored(id)).toBeNull();
});

test("an undo from a message that meets another change says so, and shows it in the history", async ({
  app,
  items,
  page,
}) => {
  const id = items.name();
  await items.store(id, { name: "first" });
  await app.openItem(id);
  await app.edit("name", "mine");
  await page.keyboard.press("Control+s");
  const saved = app.message("Saved mine");
  await expect(saved).toBeVisible();
  await items.change(id, { name: "theirs" });
  await saved.getByRole("button", { name: "Undo" }).click();
  const told = app.message("1 changed by somebody since and left");
  await told.getByRole("button", { name: "Show" }).click();
  await expect(app.dialog.getByRole("listbox").getByRole("option", { selected: true })).toContainText(
    "Changed",
  );
  await expect(app.dialog.getByRole("row", { name: /^name/ })).toContainText("mine");
  expect(await items.stored(id)).toMatchObject({ name: "theirs" });
});

test("an undo that meets another change is taken back field by field, by the keyboard", async ({
  app,
  items,
  page,
}) => {
  const id = items.name();
  await items.store(id, { a: 1, b: 1, c: 1 });
  await app.openItem(id);
  await app.edit("a", "2");
  await app.edit("b", "2");
  await page.keyboard.press("Control+s");
  await app.saved();
  await items.change(id, { b: 9, c: 9 });

  await page.keyboard.press("Control+Shift+Z");
  await app.dialog.getByRole("textbox", { name: "Find in the history" }).fill(id);
  const writes = app.dialog.getByRole("listbox");
  await writes.getByRole("option").nth(1).click();
  await expect(app.dialog.getByRole("row", { name: /^a/ })).toContainText("1");
  await app.dialog.getByRole("button", { name: "Undo", exact: true }).press("Enter");
  await app.dialog.getByRole("button", { name: "Compare and choose…" }).press("Enter");

  const merge = page.getByRole("dialog", { name: "Take back field by field" });
  await expect(merge.getByRole("columnheader")).toHaveText([
    "Field",
    "As the write left it",
    "There now",
    "Before the write",
  ]);
  await expect(merge.getByRole("row", { name: /^b/ })).toContainText("changed since");
  const save = merge.getByRole("button", { name: "Save as chosen" });
  await expect(save).toBeDisabled();
  await merge.getByRole("radio", { name: "Put b back as it was before the write" }).press("Space");
  await save.press("Enter");
  await expect(merge).toHaveCount(0);
  await expect
    .poll(() => items.stored(id))
    .toMatchObject({
      a: { $numberInt: "1" },
      b: { $numberInt: "1" },
      c: { $numberInt: "9" },
    });
  // It stands in the history, and can be undone too.
  await expect(writes.getByRole("option").first()).toHaveAttribute("aria-selected", "true");
  await app.dialog.getByRole("button", { name: "Undo", exact: true }).press("Enter");
  await expect.poll(() => items.stored(id)).toMatchObject({ a: { $numberInt: "2" }, b: { $numberInt: "9" } });
});

test("a taking back that is given up leaves nothing unsaved, and a deleted document is inserted as before", async ({
  app,
  items,
  lab,
  page,
}) => {
  const id = items.name();
  await items.store(id, { name: "first" });
  await app.openItem(id);
  await app.edit("name", "second");
  await page.keyboard.press("Control+s");
  await app.saved();
  await items.change(id, { name: "theirs" });
  const dialog = app.dialog.first();
  await page.keyboard.press("Control+Shift+Z");
  await dialog.getByRole("textbox", { name: "Find in the history" }).fill(id);
  await dialog.getByRole("listbox").getByRole("option").nth(1).click();
  await expect(dialog.getByRole("row", { name: /^name/ })).toContainText("first");
  await dialog.getByRole("button", { name: "Undo", exact: true }).click();
  await dialog.getByRole("button", { name: "Compare and choose…" }).click();
  await expect(page.getByRole("dialog", { name: "Take back field by field" })).toContainText("theirs");
  await page.keyboard.press("Escape");
  await expect(app.dialog).toHaveCount(1);
  const namespace = { database: "mydatabase", collection: "items" };
  const unsaved = () => lab.ask<{ document: object }[]>("drafts", { namespace });
  await expect.poll(async () => JSON.stringify(await unsaved())).not.toContain(id);

  await items.remove(id);
  await dialog.getByRole("button", { name: "Undo", exact: true }).click();
  await dialog.getByRole("button", { name: "Insert it as before…" }).click();
  await page.getByRole("button", { name: "Insert again" }).click();
  await expect.poll(() => items.stored(id)).toEqual({ _id: id, name: "first" });
});
