import { expect, test } from "./support/test.ts";

test.beforeEach(async ({ app, lab }) => app.open(lab));

test("a write is found in the history, looked at, undone, and the undo is undone, by the keyboard", async ({
  app,
  items,
  page,
}) => {
  const id = items.name();
  await items.store(id, { name: "before", n: 1 });
  await app.openItem(id);
  await app.edit("name", "after");
  await page.keyboard.press("Control+s");
  await app.saved();
  await page.keyboard.press("Control+Shift+Z");
  const list = app.dialog.getByRole("listbox");
  await expect(list.getByRole("option").first()).toContainText("Changed");
  await app.dialog.getByRole("textbox", { name: "Find in the history" }).fill(id);
  await expect(list.getByRole("option")).toHaveCount(2);
  await expect(app.dialog.getByRole("row", { name: /^name/ })).toContainText("before");
  await app.dialog.getByRole("button", { name: "Undo", exact: true }).press("Enter");
  await expect(app.dialog.getByText("Undone: 1 restored.").first()).toBeVisible();
  expect(await items.stored(id)).toMatchObject({ name: "before" });
  await list.press("Home");
  await expect(list.getByRole("option", { selected: true })).toContainText("Undid");
  await app.dialog.getByRole("button", { name: "Undo", exact: true }).press("Enter");
  await expect(app.dialog.getByText("Undone: 1 restored.").first()).toBeVisible();
  expect(await items.stored(id)).toMatchObject({ name: "after" });
  await page.keyboard.press("Escape");
  await expect(app.rows.first()).toContainText("after");
});

test("a document that was deleted comes back, and one that somebody changed since is left", async ({
  app,
  items,
  page,
}) => {
  const [gone, changed] = [items.name(), items.name()];
  await items.store(gone, { name: "gone" });
  await items.store(changed, { name: "first" });
  await app.openItem(gone);
  await app.rows.first().click();
  await page.keyboard.press("Delete");
  await app.dialog.getByRole("button", { name: "Delete" }).click();
  await expect(app.dialog).toHaveCount(0);
  expect(await items.stored(gone)).toBeNull();
  await app.openItem(changed);
  await app.edit("name", "mine");
  await page.keyboard.press("Control+s");
  await app.saved();
  await items.change(changed, { name: "theirs" });

  await page.keyboard.press("Control+Shift+Z");
  const find = app.dialog.getByRole("textbox", { name: "Find in the history" });
  await find.fill(gone);
  const options = app.dialog.getByRole("listbox").getByRole("option");
  await expect(options.first()).toContainText("Deleted");
  await app.dialog.getByRole("button", { name: "Undo", exact: true }).click();
  await expect.poll(() => items.stored(gone)).toEqual({ _id: gone, name: "gone" });

  await find.fill(changed);
  await options.filter({ hasText: "Changed" }).last().click();
  await expect(app.dialog.getByRole("row", { name: /^name/ })).toContainText("first");
  await app.dialog.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(app.dialog.getByText("1 changed by somebody since and left").first()).toBeVisible();
  expect(await items.stored(changed)).toMatchObject({ name: "theirs" });
});
