import { expect, test } from "./support/test.ts";

test.beforeEach(async ({ app, readOnly }) => {
  await app.page.goto(readOnly.address);
  await app.openCollection("mydatabase.items");
});

test("a read-only connection says so and offers nothing that would change anything", async ({
  app,
  page,
}) => {
  await expect(page.getByText("Read-only", { exact: true })).toBeVisible();
  await expect(app.button("Add document")).toBeDisabled();
  await expect(app.button("More")).toHaveCount(0);
  for (const keys of ["Delete", "Control+e", "Control+d", "Control+n"]) {
    await app.grid.focus();
    await page.keyboard.press(keys);
    await expect(app.dialog).toHaveCount(0);
  }
  await app.field("name").dblclick();
  await expect(page.getByText("This connection is read-only").first()).toBeVisible();
  await expect(app.fields.getByRole("textbox")).toHaveCount(0);
});

test("the core refuses a change whatever the page would do", async ({ readOnly }) => {
  const request = { namespace: { database: "mydatabase", collection: "items" }, text: "{}" };
  await expect(readOnly.ask("insert", request)).rejects.toThrow(/ReadOnly/);
});
