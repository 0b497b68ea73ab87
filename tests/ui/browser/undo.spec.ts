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
