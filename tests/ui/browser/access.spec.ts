import { expect, test } from "./support/test.ts";

test("without a token the page asks for it, tells when it is refused, and opens with the right one", async ({
  app,
  lab,
  page,
}) => {
  await page.goto(lab.url);
  await expect(page.getByRole("heading", { name: "This page needs a token" })).toBeVisible();
  const field = page.getByLabel("Token");
  await expect(field).toBeFocused();
  await page.keyboard.type("0".repeat(64));
  await page.keyboard.press("Enter");
  await expect(page.getByText("The listener did not take this token.")).toBeVisible();
  await field.fill(lab.token);
  await field.press("Enter");
  await expect(app.rows.first()).toBeVisible();
});

test("a token in the address is taken out of it, and kept for this tab only", async ({
  app,
  lab,
  page,
  context,
}) => {
  await app.open(lab);
  expect(page.url()).toBe(`${lab.url}/`);
  expect(await page.evaluate(() => JSON.stringify(localStorage) + document.cookie)).not.toContain(lab.token);
  await page.reload();
  await expect(app.rows.first()).toBeVisible();

  const other = await context.newPage();
  await other.goto(lab.url);
  await expect(other.getByLabel("Token")).toBeVisible();
  // The same tab can be given it later, as when an address is pasted.
  await other.goto(lab.address);
  await expect(other.getByRole("grid")).toBeVisible();
});

test("no request of the page leaves its origin, and none carries the token in its address", async ({
  app,
  lab,
  page,
}) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await app.open(lab);
  await app.page.keyboard.press("Control+Shift+H");
  await expect(page.getByRole("table").first()).toBeVisible();
  expect(asked.length).toBeGreaterThan(5);
  expect(asked.filter((url) => !url.startsWith(`${lab.url}/`) || url.includes("?token"))).toEqual([]);
});

test("what belongs to the window alone is not offered", async ({ app, lab, page }) => {
  await app.open(lab);
  for (const name of ["Connect", "Lab", "Connections"]) await expect(app.button(name)).toHaveCount(0);
  await page.keyboard.press("Control+Shift+N");
  await expect(app.dialog).toHaveCount(0);

  await app.button("Settings").click();
  await expect(app.dialog.getByText("Theme")).toBeVisible();
  await expect(app.dialog.getByText("REST API")).toHaveCount(0);
  await page.keyboard.press("Escape");

  for (const words of ["new connection", "disconnect", "local replica set"]) {
    await page.keyboard.press("Control+k");
    await page.keyboard.type(words);
    await expect(app.dialog.getByRole("option", { name: new RegExp(words, "i") })).toHaveCount(0);
    await page.keyboard.press("Escape");
  }
});

test("a database that does not answer is waited for in words", async ({ nowhere, page }) => {
  await page.goto(nowhere.address);
  await expect(page.getByText("No connection yet")).toBeVisible();
  await expect(page.getByRole("contentinfo")).toContainText("Not connected");
});

test("the theme is the browser's, until it is chosen, and the choice stays", async ({ app, lab, page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await app.open(lab);
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await paper();
  await app.button("Settings").click();
  await app.dialog.getByText("Light", { exact: true }).click();
  expect(await paper()).not.toBe(dark);
  await page.reload();
  await expect(app.rows.first()).toBeVisible();
  expect(await paper()).not.toBe(dark);
});
