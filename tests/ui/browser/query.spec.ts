import { expect, test } from "./support/test.ts";

test.beforeEach(async ({ app, lab }) => app.open(lab));

test("names and operators of the collection are completed by the keyboard, and Enter runs the query", async ({
  app,
  page,
}) => {
  const { keyboard } = page;
  await page.keyboard.press("Control+f");
  await keyboard.press("Control+a");
  await keyboard.type('{"sto');
  await expect(app.suggestions.filter({ hasText: "stock" })).toContainText("Int32");
  await keyboard.press("ArrowDown");
  await keyboard.press("Tab");
  await expect(app.filterField).toHaveValue('{"stock": ');
  await keyboard.type('{"$lt');
  await keyboard.press("ArrowDown");
  await keyboard.press("Enter");
  await expect(app.filterField).toHaveValue('{"stock": {"$lt": ');
  await keyboard.type('5}, "dims.wid');
  await expect(app.suggestions.first()).toContainText("dims.width");
  await keyboard.press("ArrowDown");
  await keyboard.press("Enter");
  await keyboard.type('{"$exists": true}}');
  await keyboard.press("Enter");
  await expect(app.filterField).toHaveValue('{"stock": {"$lt": 5}, "dims.width": {"$exists": true}}');
  await expect(page.getByText("not run yet")).toHaveCount(0);
  await expect(app.rows.first()).toBeVisible();
});

test("the list of suggestions is never in the way of Enter, Esc or Tab", async ({ app, page }) => {
  const { keyboard } = page;
  await keyboard.press("Control+f");
  await keyboard.type('{"name');
  await expect(app.suggestions.first()).toBeVisible();
  await keyboard.press("Escape");
  await expect(app.suggestions).toHaveCount(0);
  await expect(app.filterField).toHaveValue('{"name');
  await keyboard.press("Control+Space");
  await expect(app.suggestions.first()).toBeVisible();
  // Nothing is chosen, so this runs what is typed, which is not finished.
  await keyboard.press("Enter");
  await expect(page.getByRole("alert").getByText(/line 1/i)).toBeVisible();
  await keyboard.press("Control+Space");
  await keyboard.press("Tab");
  await expect(app.filterField).not.toBeFocused();
  await expect(app.suggestions).toHaveCount(0);
});

test("options are counted, kept, and a number that is none is told before anything is sent", async ({
  app,
  page,
}) => {
  await app.button("Options").click();
  await page.getByLabel("Limit").fill("0");
  await expect(page.getByRole("alert")).toContainText("A whole number from 1 to");
  await page.getByLabel("Limit").press("Enter");
  await expect(page.getByText("not run yet")).toBeVisible();
  await page.getByLabel("Limit").fill("20");
  await page.getByLabel("Read from").selectOption("nearest");
  await page.getByLabel("Limit").press("Enter");
  await expect(page.getByText("not run yet")).toHaveCount(0);
  await expect(app.button("Options, 2 set")).toBeVisible();
  await page.reload();
  await app.button("Options, 2 set").click();
  await expect(page.getByLabel("Limit")).toHaveValue("20");
  await expect(page.getByLabel("Read from")).toHaveValue("nearest");
});

test("a query used before is run again, kept under a name and forgotten, all by keyboard", async ({
  app,
  page,
}) => {
  const { keyboard } = page;
  const panel = page.getByRole("dialog", { name: "Queries of this collection" });
  const rows = panel.getByRole("listitem");
  await app.filter('{"stock": 1}');
  await app.filter('{"stock": 2}');
  await expect(page.getByText("not run yet")).toHaveCount(0);
  await keyboard.press("Alt+ArrowDown");
  await expect(rows).toHaveCount(2);
  await expect(rows.first().getByRole("button").first()).toBeFocused();
  await keyboard.press("ArrowDown");
  await keyboard.press("Enter");
  await expect(app.filterField).toHaveValue('{"stock": 1}');
  await expect(page.getByText("not run yet")).toHaveCount(0);

  // The one that was run is now the first: it becomes a favourite with a name.
  await keyboard.press("Alt+ArrowDown");
  await keyboard.press("ArrowRight");
  await keyboard.press("Enter");
  await expect(panel.getByRole("heading", { name: "Favourites" })).toBeVisible();
  await rows.first().getByRole("button", { name: "Name this favourite" }).click();
  await keyboard.type("nearly gone");
  await keyboard.press("Enter");
  await expect(rows.first()).toContainText("nearly gone");
  await expect(rows.first().getByRole("button").first()).toBeFocused();

  await keyboard.press("ArrowDown");
  await keyboard.press("Delete");
  await expect(rows).toHaveCount(1);
  await keyboard.press("Escape");
  await expect(panel).toBeHidden();
  await page.reload();
  await expect(app.rows.first()).toBeVisible();
  await keyboard.press("Alt+ArrowDown");
  await expect(rows.first()).toContainText("nearly gone");
});

test("a filter by a value finds the value with its type, from the inspector and from the table", async ({
  app,
  items,
  page,
}) => {
  const [long, int] = [items.name(), items.name()];
  await items.store(long, {
    mark: long,
    n: { $numberLong: "9007199254740993" },
    in: { deep: [{ k: long }] },
  });
  await items.store(int, { mark: long, n: 1 });
  await app.openItem(long);
  await app.field("n").click();
  await page.keyboard.press("Control+Shift+F");
  await expect(app.filterField).toHaveValue('{ n: NumberLong("9007199254740993") }');
  await expect(app.rows).toHaveCount(1);

  await app.openItem(int);
  await app.grid.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Control+Shift+F");
  await expect(app.filterField).toHaveValue(`{ mark: "${long}" }`);
  await expect(app.rows).toHaveCount(2);
});
