import type { App } from "./support/app.ts";
import { expect, test } from "./support/test.ts";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });
test.beforeEach(async ({ app, lab }) => app.open(lab));

/** The document that is in the inspector. */
const title = (app: App) => app.page.getByRole("region", { name: "Inspector" }).getByRole("heading");

test("three views show the same documents, the chosen one stays, and the choice is remembered", async ({
  app,
  page,
}) => {
  await app.grid.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  const chosen = await title(app).innerText();
  await page.keyboard.press("Control+2");
  await expect(app.tree).toBeFocused();
  await expect(app.tree.getByRole("treeitem", { selected: true })).toContainText(chosen);
  await page.keyboard.press("Control+3");
  await expect(app.grid.getByRole("row", { selected: true })).toContainText(`"name": "${chosen}"`);
  await expect(title(app)).toHaveText(chosen);
  await page.reload();
  await expect(app.grid.getByText('"_id"').first()).toBeVisible();
  await page.getByText("Table", { exact: true }).click();
  await expect(app.columns.first()).toBeVisible();
});

test("the tree opens down to any value by the keyboard, and copies and edits it there", async ({
  app,
  items,
  page,
}) => {
  const id = items.name();
  const { keyboard } = page;
  await items.store(id, { name: "deep", in: { list: [{ n: { $numberLong: "7" } }] } });
  await app.openItem(id);
  await keyboard.press("Control+2");
  await app.tree.focus();
  for (const key of ["ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown"]) await keyboard.press(key);
  // Each is opened and gone into; what the row was too small for is read.
  for (const name of ["list", "0", "n"]) {
    await keyboard.press("ArrowRight");
    await expect(line(app, name)).toBeVisible();
    await keyboard.press("ArrowRight");
  }
  await keyboard.press("Control+Shift+C");
  await expect.poll(() => app.clipboard()).toBe('NumberLong("7")');
  await keyboard.press("F2");
  await expect(app.fields.getByRole("textbox")).toBeFocused();
  await keyboard.press("Control+a");
  await keyboard.type("8");
  await keyboard.press("Enter");
  await expect(app.tree.getByText("unsaved changes")).toBeVisible();
  await keyboard.press("Control+s");
  await app.saved();
  expect(await items.stored(id)).toMatchObject({ in: { list: [{ n: { $numberLong: "8" } }] } });
  await app.tree.focus();
  await keyboard.press("ArrowLeft");
  await keyboard.press("ArrowLeft");
  await expect(line(app, "n")).toHaveCount(0);
});

test("the keyboard goes on from a line of the tree that was clicked, however far it was scrolled", async ({
  app,
  page,
}) => {
  await page.keyboard.press("Control+2");
  const third = app.tree.getByRole("treeitem").nth(2);
  await third.click();
  await expect(third).toHaveAttribute("aria-selected", "true");
  await expect(app.tree).toBeFocused();
  await page.mouse.wheel(0, 800);
  // Elements have been taken for other lines, and are in the order of their lines again.
  await expect
    .poll(async () => {
      const lines = await app.tree
        .locator("[data-line]")
        .evaluateAll((all) => all.map((one) => one.dataset["line"]));
      return Number(lines[0]) > 2 && lines.every((line, at) => Number(line) === Number(lines[0]) + at);
    })
    .toBe(true);
  await expect(app.tree).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(app.tree.locator('[data-line="3"]')).toHaveAttribute("aria-selected", "true");
});

test("what the tree has cut says how much is missing, and is read when it is asked for", async ({
  app,
  items,
  page,
}) => {
  const id = items.name();
  await items.store(id, { long: "x".repeat(3_000), list: Array.from({ length: 45 }, (_, at) => at) });
  await app.openItem(id);
  await page.keyboard.press("Control+2");
  await app.tree.focus();
  await page.keyboard.press("ArrowRight");
  await expect(line(app, "long")).toContainText("2.8 kB more");
  await line(app, "long").getByText("more").click();
  await expect(line(app, "long")).not.toContainText("more");
  await line(app, "list").dblclick();
  await app.tree.getByText("… 25 more").click();
  await expect(app.tree.getByText("… 25 more")).toHaveCount(0);
  await app.tree.focus();
  await page.keyboard.press("End");
  await expect(line(app, "44")).toBeVisible();
});

test("JSON is exact in each syntax, and goes on from document to document to the next page", async ({
  app,
  items,
  page,
}) => {
  const id = items.name();
  await items.store(id, { n: { $numberLong: "9007199254740993" }, d: { $numberDouble: "1.0" } });
  await app.openItem(id);
  await page.keyboard.press("Control+3");
  await expect(app.grid).toContainText('"n": 9007199254740993');
  await page.getByLabel("Syntax").selectOption("mongosh");
  await expect(app.grid).toContainText('n: NumberLong("9007199254740993")');
  await page.getByLabel("Syntax").selectOption("Canonical");
  await expect(app.grid).toContainText('"d": {"$numberDouble": "1.0"}');
  await app.grid.focus();
  await page.keyboard.press("Control+c");
  await expect.poll(() => app.clipboard()).toContain('"n": {"$numberLong": "9007199254740993"}');

  await app.filter("{}");
  await expect(page.getByText("first 50")).toBeVisible();
  await app.grid.focus();
  await page.keyboard.press("End");
  await expect(page.getByText("first 100")).toBeVisible();
  await expect(app.grid.getByRole("row", { selected: true })).toContainText('{"$oid":');
});

test("a huge document shows its beginning, and its text when somebody asks", async ({ app, items, page }) => {
  const [huge, small] = [items.name(), items.name()];
  await items.store(huge, { list: Array.from({ length: 20_000 }, (_, at) => at), end: "the end" });
  await items.store(small, { name: "next" });
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("get_text")) asked.push(request.postData() ?? "");
  });
  await app.filter(`{"_id": {"$in": ["${small}", "${huge}"]}}`);
  await expect(app.rows).toHaveCount(2);
  await page.keyboard.press("Control+3");
  await expect(app.grid.getByText(/kB: this is its beginning/)).toBeVisible();
  await expect(app.grid).toContainText('"name": "next"');
  expect(asked).toHaveLength(1);
  await app.grid.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("Shift+F10");
  await page.getByRole("menuitem", { name: "Show the whole text" }).click();
  await expect(app.grid.getByText("beginning")).toHaveCount(0);
  await page.keyboard.press("ArrowDown");
  await expect(app.grid).toContainText('"end": "the end"');
  await expect(app.grid).toContainText('"name": "next"');
});

test("under a projection JSON reads a document when somebody asks", async ({ app, items, page }) => {
  const id = items.name();
  await items.store(id, { name: "left out" });
  await app.openItem(id);
  await page.getByLabel("Project").fill("{ _id: 1 }");
  await page.getByLabel("Project").press("Enter");
  await expect(app.columns).toHaveCount(1);
  await page.keyboard.press("Control+3");
  await expect(app.grid.getByText("This is what the projection gives of it.")).toBeVisible();
  await app.grid.focus();
  await page.keyboard.press("Shift+F10");
  await page.getByRole("menuitem", { name: "Show the whole text" }).click();
  await expect(app.grid).toContainText('"name": "left out"');
});

test("what is typed in a cell goes on in the inspector when the table goes away", async ({
  app,
  items,
  page,
}) => {
  const id = items.name();
  await items.store(id, { n: 1 });
  await app.openItem(id);
  await app.grid.focus();
  for (const key of ["Home", "ArrowRight", "F2"]) await page.keyboard.press(key);
  await expect(page.getByRole("textbox", { name: "Value of n" })).toBeFocused();
  await page.keyboard.type("no number");
  await page.keyboard.press("Control+2");
  const field = app.fields.getByRole("textbox", { name: "Value of n" });
  await expect(field).toHaveValue("no number");
  await field.fill("5");
  await field.press("Enter");
  await expect(app.tree.getByText("unsaved changes")).toBeVisible();
});

test("a text that cannot be read says why, and can be asked for again", async ({ app, items, page }) => {
  const id = items.name();
  await items.store(id, { name: "slow" });
  await app.openItem(id);
  await page.route("**/get_text", (route) =>
    route.fulfill({ status: 504, json: { code: "Timeout", message: "too slow", retryable: true } }),
  );
  await page.keyboard.press("Control+3");
  await expect(app.grid.getByText(/could not be read/)).toBeVisible();
  await page.unroute("**/get_text");
  await app.grid.getByRole("button", { name: "Try again" }).click();
  await expect(app.grid).toContainText('"name": "slow"');
});

/** A line of the tree below a document. */
function line(app: App, name: string) {
  const below = app.tree.locator('[role=treeitem]:not([aria-level="1"])');
  return below.filter({ has: app.page.getByText(name, { exact: true }) });
}
