import { expect, test } from "./support/test.ts";

test("from the token to a saved change without a pointer", async ({ app, lab, items, page }) => {
  const id = items.name();
  await items.store(id, { name: "before", size: 3 });
  const { keyboard } = page;
  await page.goto(lab.url);
  await expect(page.getByLabel("Token")).toBeFocused();
  await keyboard.type(lab.token);
  await keyboard.press("Enter");
  await expect(app.rows.first()).toBeVisible();

  await app.filter(`{"_id": "${id}"}`);
  await expect(app.rows).toHaveCount(1);
  // From the filter to the fields of the document, by Tab alone.
  for (let steps = 0; steps < 40 && !(await isFocused(app.fields)); steps += 1) await keyboard.press("Tab");
  await expect(app.fields).toBeFocused();
  await keyboard.press("ArrowDown");
  await keyboard.press("Enter");
  await keyboard.press("Control+a");
  await keyboard.type("after");
  await keyboard.press("Enter");
  await keyboard.press("Control+Shift+S");
  await expect(app.dialog).toContainText("after");
  await keyboard.press("Escape");
  await keyboard.press("Control+s");
  await app.saved();
  expect(await items.stored(id)).toEqual({ _id: id, name: "after", size: { $numberInt: "3" } });

  // The focus is still somewhere that a keyboard can go on from.
  expect(await page.evaluate(() => document.activeElement !== document.body)).toBe(true);
});

test("a dialog keeps the focus inside and gives it back", async ({ app, lab, page }) => {
  await app.open(lab);
  await app.button("Settings").focus();
  await page.keyboard.press("Enter");
  await expect(app.dialog).toBeVisible();
  for (let steps = 0; steps < 12; steps += 1) {
    await page.keyboard.press("Tab");
    const outside = await page.evaluate(
      () => document.activeElement !== document.body && !document.activeElement?.closest("dialog"),
    );
    expect(outside).toBe(false);
  }
  await page.keyboard.press("Escape");
  await expect(app.button("Settings")).toBeFocused();
});

async function isFocused(locator: import("@playwright/test").Locator): Promise<boolean> {
  return locator.evaluate((element) => element === document.activeElement);
}
