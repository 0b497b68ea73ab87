import { expect, test } from "./support/test.ts";

test("a primary is stopped, another one takes over, edits go on, and the member comes back", async ({
  app,
  lab,
  items,
  page,
}) => {
  const id = items.name();
  await items.store(id, { name: "before" });
  await app.open(lab);
  await app.openItem(id);
  await page.getByRole("contentinfo").getByRole("button").first().click();
  const row = page
    .getByRole("row")
    .filter({ has: page.getByRole("button", { name: /^Stop/ }), hasText: "Primary" });
  const host = (await row.getByRole("rowheader").innerText()).trim();
  await row.getByRole("button", { name: "Stop" }).click();
  await app.pulse("2 of 3 up");
  await expect(row).not.toContainText(host);
  // Both are told in the same place: what is saved must not be told before the stop.
  await expect(page.getByRole("status").getByText(/^Stop .*: done/)).toBeVisible();

  await app.tab("items").click();
  await app.edit("name", "after the election");
  await page.keyboard.press("Control+s");
  await app.saved();
  expect(await items.stored(id)).toMatchObject({ name: "after the election" });

  await page.getByRole("contentinfo").getByRole("button").first().click();
  await app.button(`Start ${host}`).click();
  await app.pulse("3 of 3 up");
});
