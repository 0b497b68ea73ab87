import { expect, test } from "./support/test.ts";
import type { App } from "./support/app.ts";

test.beforeEach(async ({ app, lab }) => app.open(lab));

async function names(app: App): Promise<string[]> {
  const texts = await app.columns.locator(".name").allInnerTexts();
  return texts.slice(0, 4);
}

test("columns are hidden, moved and made wider by the keyboard, and are so again after a reload", async ({
  app,
  page,
}) => {
  expect(await names(app)).toEqual(["_id", "name", "price", "stock"]);
  await app.button("Choose columns").click();
  const list = app.dialog.getByRole("listbox");
  await expect(list).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Space");
  await expect(list.getByRole("option", { name: /^name/ })).toHaveAttribute("aria-selected", "false");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Alt+ArrowUp");
  await page.keyboard.press("Alt+ArrowUp");
  const width = list.getByRole("option", { name: /^price/ }).locator(".width");
  const before = Number.parseInt(await width.innerText());
  await page.keyboard.press("ArrowRight");
  await expect(width).toHaveText(`${before + 16} px`);
  await page.keyboard.press("Enter");
  await expect(app.dialog).toHaveCount(0);
  expect(await names(app)).toEqual(["price", "_id", "stock", "sku"]);

  await page.reload();
  await expect(app.rows.first()).toBeVisible();
  expect(await names(app)).toEqual(["price", "_id", "stock", "sku"]);
  const box = await app.columns.first().boundingBox();
  expect(Math.round(box?.width ?? 0)).toBe(before + 16);

  await app.button("Choose columns").click();
  await app.button("Show all").click();
  await page.keyboard.press("Escape");
  expect(await names(app)).toEqual(["price", "_id", "name", "stock"]);
  await app.button("Choose columns").click();
  await app.button("Reset").click();
  await page.keyboard.press("Escape");
  expect(await names(app)).toEqual(["_id", "name", "price", "stock"]);
});

test("the keyboard moves and widens the column it is on, and stays on it", async ({ app, page }) => {
  await app.grid.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Alt+ArrowRight");
  expect(await names(app)).toEqual(["_id", "price", "name", "stock"]);
  const before = (await app.columns.nth(2).boundingBox())?.width ?? 0;
  await page.keyboard.press("Alt+Shift+ArrowRight");
  await expect.poll(async () => (await app.columns.nth(2).boundingBox())?.width).toBe(before + 16);
  await page.keyboard.press("Alt+ArrowLeft");
  expect(await names(app)).toEqual(["_id", "name", "price", "stock"]);
});

test("a heading has a menu, and an entry of the list is dragged", async ({ app, page }) => {
  await app.columns.nth(1).click({ button: "right" });
  await page.getByRole("menuitem", { name: "Move right" }).click();
  expect(await names(app)).toEqual(["_id", "price", "name", "stock"]);
  await app.columns.nth(1).click({ button: "right" });
  await page.getByRole("menuitem", { name: "Hide column" }).click();
  expect(await names(app)).toEqual(["_id", "name", "stock", "sku"]);

  await app.columns.first().click({ button: "right" });
  await page.getByRole("menuitem", { name: "Choose columns…" }).click();
  const options = app.dialog.getByRole("option");
  await options.nth(3).locator(".grip").hover();
  await page.mouse.down();
  await options.first().hover();
  await page.mouse.up();
  await expect(options.first()).toContainText("stock");
  await page.keyboard.press("Escape");
  expect(await names(app)).toEqual(["stock", "_id", "name", "sku"]);
});

test("fields that turn up later follow the others, and a mixed column says each value's type", async ({
  app,
  items,
}) => {
  await app.grid.focus();
  await app.page.keyboard.press("Alt+ArrowRight");
  const [one, other] = [items.name(), items.name()];
  await items.store(one, { name: "x", brandNew: 1 });
  await items.store(other, { name: "y", brandNew: "text" });
  await app.filter(`{"_id": {"$in": ["${one}", "${other}"]}}`);
  await expect(app.rows).toHaveCount(2);
  expect(await names(app)).toEqual(["name", "_id", "brandNew"]);
  await expect(app.columns.nth(2)).toContainText("mixed");
  await expect(app.rows.first()).toContainText("Int32");
  await expect(app.rows.nth(1)).toContainText("String");
});
