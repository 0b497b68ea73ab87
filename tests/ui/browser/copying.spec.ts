import { expect, test } from "./support/test.ts";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });
test.beforeEach(async ({ app, lab }) => app.open(lab));

test("a value is copied whole and with its type, however much of it the table has cut", async ({
  app,
  items,
  page,
}) => {
  const id = items.name();
  const long = "é".repeat(5_000);
  await items.store(id, { n: { $numberLong: "9007199254740993" }, long, list: Array(60).fill(1) });
  await app.openItem(id);
  await app.grid.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  const choose = async (name: string) => {
    await page.keyboard.press("Shift+F10");
    await page.getByRole("menuitem", { name, exact: true }).click();
  };
  await choose("Copy as Extended JSON (canonical)");
  await expect.poll(() => app.clipboard()).toBe('{"$numberLong":"9007199254740993"}');
  await choose("Copy as Extended JSON (relaxed)");
  await expect.poll(() => app.clipboard()).toBe("9007199254740993");
  await page.keyboard.press("Control+Shift+C");
  await expect.poll(() => app.clipboard()).toBe('NumberLong("9007199254740993")');
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Control+Shift+C");
  await expect.poll(() => app.clipboard()).toBe(JSON.stringify(long));
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Control+Shift+C");
  await expect.poll(() => app.clipboard()).toBe(`[${Array(60).fill(1).join(", ")}]`);
});

test("a document is copied as it is stored, from the palette, the inspector and under a projection", async ({
  app,
  items,
  page,
}) => {
  const id = items.name();
  await items.store(id, { name: "one", d: 1.0, deep: { a: [{ b: null }] } });
  await app.openItem(id);
  await page.getByLabel("Project").fill("{ name: 1 }");
  await page.getByLabel("Project").press("Enter");
  await expect(app.columns).toHaveCount(2);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("copy document as mongosh");
  await page.keyboard.press("Enter");
  const lines = ["{", `  _id: "${id}",`, '  name: "one",', "  d: 1,", "  deep: {"];
  await expect.poll(() => app.clipboard()).toContain(lines.join("\n"));

  await app.field("name").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Copy document as Extended JSON (relaxed)" }).click();
  await expect.poll(() => app.clipboard()).toContain(`"_id": "${id}",\n  "name": "one"`);
});

test("what cannot be copied says why", async ({ app, items, page }) => {
  const id = items.name();
  await items.store(id, { name: "short-lived" });
  await app.openItem(id);
  await items.removeAll();
  await app.grid.focus();
  await page.keyboard.press("Control+Shift+C");
  await expect(page.getByText(/^Not copied: /).first()).toBeVisible();

  await app.filter("{}");
  await page.getByLabel("Project").fill("{ _id: 0, name: 1 }");
  await page.getByLabel("Project").press("Enter");
  await expect(app.columns).toHaveCount(1);
  await app.grid.focus();
  await page.keyboard.press("Control+Shift+C");
  await expect(page.getByText(/without an _id this document cannot be read again/).first()).toBeVisible();
  await page.keyboard.press("Control+c");
  await expect.poll(() => app.clipboard()).toBe(await app.rows.first().innerText());
});

test("the inspector shows a document as mongosh too", async ({ app, items, page }) => {
  const id = items.name();
  await items.store(id, { n: { $numberDecimal: "1.50" } });
  await app.openItem(id);
  const inspector = page.getByRole("region", { name: "Inspector" });
  await inspector.getByText("JSON", { exact: true }).click();
  await inspector.getByText("mongosh", { exact: true }).click();
  await expect(inspector.locator("pre")).toContainText('n: NumberDecimal("1.50")');
});
