import { expect, test } from "./support/test.ts";

test.beforeEach(async ({ app, lab }) => app.open(lab));

test("a filter finds documents, and a mistake in it is shown where it is", async ({ app, page }) => {
  await app.filter('{"name": "Oak table", "stock": {"$gt": 80}}');
  await expect(app.rows.first()).toContainText("Oak table");
  await app.filter('{"name": }');
  const mistake = page.getByRole("alert").getByText(/line 1, column 10/i);
  await expect(mistake).toBeVisible();
  await app.filter("{}");
  await expect(mistake).toHaveCount(0);
});

test("the end of what was found is one key away", async ({ app, page }) => {
  await expect(app.grid).toHaveAttribute("aria-rowcount", /.+/);
  const before = await app.rows.count();
  expect(before).toBeGreaterThan(5);
  await app.grid.click();
  await page.keyboard.press("Control+End");
  await expect(page.getByText("last 50", { exact: false })).toBeVisible();
});

test("a document is made, changed and deleted, and every type stays what it is", async ({
  app,
  items,
  page,
}) => {
  const id = items.name();
  await app.button("Add document").click();
  await app.write(`{"_id": "${id}", "n": {"$numberLong": "9007199254740993"}, "d": 1.0, "name": "made"}`);
  await app.button("Insert").click();
  await expect(app.dialog).toHaveCount(0);
  const made = { _id: id, n: { $numberLong: "9007199254740993" }, d: { $numberDouble: "1.0" }, name: "made" };
  expect(await items.stored(id)).toEqual(made);

  await app.openItem(id);
  await app.edit("n", "9007199254740995");
  await expect(page.getByText("1 field changed").first()).toBeVisible();
  await page.keyboard.press("Control+s");
  await app.saved();
  expect(await items.stored(id)).toEqual({ ...made, n: { $numberLong: "9007199254740995" } });

  await app.rows.first().click();
  await page.keyboard.press("Delete");
  await app.dialog.getByRole("button", { name: "Delete" }).click();
  await expect.poll(() => items.stored(id)).toBeNull();
});

test("a document that somebody else changed is not overwritten, and the edits are kept", async ({
  app,
  items,
  page,
}) => {
  const id = items.name();
  await items.store(id, { name: "first", stock: 1 });
  await app.openItem(id);
  await app.edit("name", "mine");
  await items.change(id, { name: "theirs" });
  await page.keyboard.press("Control+s");
  await expect(
    page.getByText("Not saved: somebody else changed this document", { exact: true }).first(),
  ).toBeVisible();
  expect(await items.stored(id)).toMatchObject({ name: "theirs" });

  await app.button("Compare and choose…").click();
  await expect(app.dialog.getByRole("row", { name: /^name/ })).toContainText("theirs");
  await expect(app.dialog.getByRole("button", { name: "Save as chosen" })).toBeDisabled();
  await app.dialog.getByRole("radio", { name: "Take your name" }).check();
  await app.dialog.getByRole("button", { name: "Save as chosen" }).click();
  await app.saved();
  expect(await items.stored(id)).toMatchObject({ name: "mine", stock: { $numberInt: "1" } });
});

test("a document is edited as text, and a mistake in it is told with its line", async ({
  app,
  items,
  page,
}) => {
  const id = items.name();
  await items.store(id, { name: "text" });
  await app.openItem(id);
  await page.keyboard.press("Control+e");
  await app.write(`{\n  "_id": "${id}",\n  "name": \n}`);
  await app.dialog.getByRole("button", { name: "Take over" }).click();
  await expect(app.dialog).toContainText(/line 4/i);
  await app.write(`{"_id": "${id}", "name": "changed", "more": [1, {"$numberLong": "2"}]}`);
  await app.dialog.getByRole("button", { name: "Take over" }).click();
  await expect(app.dialog).toHaveCount(0);
  expect(await items.stored(id)).toEqual({ _id: id, name: "text" });
  await expect(page.getByText("2 fields changed").first()).toBeVisible();
  await page.keyboard.press("Control+s");
  await app.saved();
  const more = [{ $numberInt: "1" }, { $numberLong: "2" }];
  expect(await items.stored(id)).toEqual({ _id: id, name: "changed", more });
});

test("unsaved changes are kept when their tab is closed, and a half-typed value only after a question", async ({
  app,
  items,
  page,
}) => {
  const id = items.name();
  await items.store(id, { name: "kept", n: 1 });
  await app.openItem(id);
  await app.edit("name", "mine");
  await app.field("n").dblclick();
  await app.fields.getByRole("textbox").fill("no number");
  await app.closeTab("items");
  await expect(app.dialog).toContainText("no value yet");
  await app.button("Discard and close").click();
  await expect(page.getByText("Nothing open")).toBeVisible();
  await app.openCollection("items");
  await app.openItem(id);
  await expect(app.field("name")).toContainText("mine");
  await expect(page.getByText("1 field changed").first()).toBeVisible();
  expect(await items.stored(id)).toMatchObject({ name: "kept" });
  await page.reload();
  await app.openItem(id);
  await expect(app.field("name")).toContainText("mine");
  await app.button("Discard").click();
  await expect(app.field("name")).toContainText("kept");
});

test("everything can be found by typing, and the tabs are there again after a reload", async ({
  app,
  page,
}) => {
  await page.keyboard.press("Control+k");
  await page.keyboard.type("health");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: /^Healthy/ })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: /^Healthy/ })).toBeVisible();
  await app.tab("items").click();
  await expect(app.rows.first()).toBeVisible();
});
