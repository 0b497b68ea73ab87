import type { Page } from "@playwright/test";

import type { App } from "./support/app.ts";
import { SLOW } from "./support/slow.ts";
import { expect, test } from "./support/test.ts";

/** Documents of the sample; their `_id`s are numbered from 0 on. */
const SAMPLES = 2_000;

test.beforeEach(async ({ app, lab }) => app.open(lab));

/** The numbers of the samples in the rows that are drawn, from the top. */
async function numbers(app: App): Promise<number[]> {
  const ids = await app.rows.evaluateAll((rows) =>
    rows
      .toSorted((one, other) => one.getBoundingClientRect().top - other.getBoundingClientRect().top)
      .map((row) => row.querySelector("[role=gridcell]")?.textContent ?? ""),
  );
  return ids.filter((id) => /^…[0-9a-f]{8}$/.test(id)).map((id) => parseInt(id.slice(-6), 16));
}

/** Scrolls by the wheel until a sample is seen. Gives all that were seen on the way. */
async function scrollUntil(app: App, page: Page, last: number): Promise<Set<number>> {
  const seen = new Set<number>();
  await app.grid.hover();
  for (let steps = 0; !seen.has(last) && steps < 1_000; steps += 1) {
    const drawn = await numbers(app);
    expect(drawn, "they follow each other").toEqual(drawn.map((_, at) => (drawn[0] ?? 0) + at));
    for (const number of drawn) seen.add(number);
    await page.mouse.wheel(0, (last > 0 ? 1 : -1) * 500);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  return seen;
}

function placeBar(page: Page) {
  return page.getByRole("scrollbar", { name: "Place among all documents" });
}

test("everything is scrolled through, down and up, in order and without loss", async ({ app, page }) => {
  test.setTimeout(120_000);
  expect((await scrollUntil(app, page, SAMPLES - 1)).size).toBe(SAMPLES);
  await page.keyboard.press("F5");
  await expect(page.getByText("first 50")).toBeVisible();
  await page.keyboard.press("Control+End");
  await expect(page.getByText("last 50")).toBeVisible();
  expect((await scrollUntil(app, page, 0)).size).toBe(SAMPLES);
});

test("the last and the first document of all are one key away, and the keyboard goes on from there", async ({
  app,
  page,
}) => {
  await app.grid.focus();
  await page.keyboard.press("Control+End");
  await expect(page.getByText("last 50")).toBeVisible();
  await expect(app.field("_id")).toContainText((SAMPLES - 1).toString(16));
  for (let steps = 0; steps < 60; steps += 1) await page.keyboard.press("ArrowUp");
  await expect(app.field("_id")).toContainText((SAMPLES - 61).toString(16));
  await expect(page.locator("[role=row].selected:visible")).toContainText((SAMPLES - 61).toString(16));
  await page.keyboard.press("Control+Home");
  await expect(page.getByText("first 50")).toBeVisible();
  await expect(app.field("_id")).toContainText("62000000");

  await page.keyboard.press("Control+k");
  await page.keyboard.type("last document");
  await page.keyboard.press("Enter");
  await expect(page.getByText("last 50")).toBeVisible();
});

test("what is chosen and edited stays with its document while rows come before it", async ({ app, page }) => {
  await app.grid.focus();
  await page.keyboard.press("Control+End");
  await expect(page.getByText("last 50")).toBeVisible();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  const editor = app.grid.locator("xpath=..").getByRole("textbox");
  await editor.fill("being written");
  const place = await editor.evaluate((element) => element.getBoundingClientRect().bottom);
  await app.grid.hover();
  await page.mouse.wheel(0, -500);
  await expect(page.getByText("last 100")).toBeVisible();
  await page.mouse.wheel(0, 100_000);
  await expect(editor).toHaveValue("being written");
  await expect
    .poll(() => editor.evaluate((element) => element.getBoundingClientRect().bottom))
    .toBeCloseTo(place, -1);
  await editor.press("Escape");
  await expect(app.field("_id")).toContainText((SAMPLES - 1).toString(16));
});

test("the bar goes anywhere, by the pointer and by keys, and rows go on in both directions", async ({
  app,
  page,
}) => {
  const bar = placeBar(page);
  const box = await bar.boundingBox();
  if (!box) throw new Error("there is no bar");
  // The middle of the thumb, which is at the top.
  await page.mouse.move(box.x + box.width / 2, box.y + 12);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 8 });
  await expect(bar).toHaveAttribute("aria-valuetext", /^about (49|50|51) %$/);
  await expect(page.getByText("first 50")).toBeVisible();
  await page.mouse.up();
  await expect(page.getByText(/at about (49|50|51) %/)).toBeVisible();
  const [middle = 0] = await numbers(app);
  expect(Math.abs(middle - SAMPLES / 2)).toBeLessThan(100);
  // As if nothing had been left out: what comes before is there to be scrolled to.
  await app.grid.hover();
  await page.mouse.wheel(0, -600);
  await expect.poll(async () => (await numbers(app))[0]).toBeLessThan(middle);

  await bar.focus();
  await page.keyboard.press("PageUp");
  // A tenth before where the wheel has gone to, from the middle on by a hundredth.
  await expect(page.getByText(/at about (38|39|40|41) %/)).toBeVisible();
  await page.keyboard.press("End");
  await expect(bar).toHaveAttribute("aria-valuetext", "At the last document");
  await expect(page.getByText("last 50")).toBeVisible();
});

test("a slow query is ended on the server by Esc, and the rows stay", async ({ app, page }) => {
  const cancelling = page.waitForResponse(/cancel_query/);
  await page.keyboard.press("Control+f");
  await page.keyboard.insertText(SLOW);
  await page.keyboard.press("Enter");
  await expect(app.button("Cancel Esc")).toBeVisible();
  await page.keyboard.press("Escape");
  expect(await (await cancelling).json()).toEqual({ found: true });
  await expect(page.getByText("Cancelled. The server was asked to end the query.").first()).toBeVisible();
  await expect(page.getByText("first 50")).toBeVisible();
  await expect(app.filterField).toHaveValue(SLOW);
  expect((await numbers(app))[0]).toBe(0);

  // Another question ends the one that is under way, too.
  await page.keyboard.press("Enter");
  await expect(app.button("Cancel Esc")).toBeVisible();
  const ending = page.waitForResponse(/cancel_query/);
  await app.filter('{"stock": 1}');
  expect(await (await ending).json()).toEqual({ found: true });
  await expect(page.getByText("Cancelled.")).toHaveCount(0);
  await expect(app.rows.first()).toBeVisible();
});

test("a scan is told, and what that means", async ({ app, page }) => {
  await expect(page.getByText("collection scan")).toHaveCount(0);
  await app.filter('{"stock": {"$lt": 20}}');
  const scan = page.getByRole("button", { name: "collection scan" });
  await expect(scan).toBeVisible();
  await expect(placeBar(page)).toHaveCount(0);
  await scan.focus();
  await expect(page.getByRole("tooltip")).toContainText("the server reads the whole collection");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("tooltip")).toBeHidden();
});

test("an end that cannot be gone to is told, and nothing is lost", async ({ app, page }) => {
  await app.button("Options").click();
  await page.getByLabel("Limit").fill("200");
  await page.getByLabel("Limit").press("Enter");
  await expect(page.getByText("not run yet")).toHaveCount(0);
  await app.grid.focus();
  await page.keyboard.press("Control+End");
  await expect(page.getByText("With a skip or a limit", { exact: false }).first()).toBeVisible();
  expect((await numbers(app))[0]).toBe(0);
});

/** The numbers of the samples that are in sight in the view in front, and where the first of them stands. */
async function inSight(page: Page): Promise<{ first: number; last: number; top: number }> {
  return page.evaluate(() => {
    const scroller = [...document.querySelectorAll(".scroller")].find((each) => each.clientHeight > 0);
    const { top, bottom } = scroller?.getBoundingClientRect() ?? { top: 0, bottom: 0 };
    const found = [...(scroller?.querySelectorAll('[aria-level="1"], [role=row][data-row]') ?? [])]
      .map((row) => ({ row, box: row.getBoundingClientRect() }))
      .filter(({ box }) => box.bottom > top + 1 && box.top < bottom - 40)
      .toSorted((one, other) => one.box.top - other.box.top)
      .map(({ row, box }) => ({
        id: /[0-9a-f]{24}|…[0-9a-f]{8}/.exec(row.textContent ?? "")?.[0] ?? "",
        box,
      }))
      .filter(({ id }) => id !== "");
    const numbers = found.map(({ id }) => parseInt(id.slice(-6), 16));
    return { first: numbers[0] ?? NaN, last: numbers.at(-1) ?? NaN, top: found[0]?.box.top ?? NaN };
  });
}

for (const [view, key] of [
  ["tree", "Control+2"],
  ["JSON", "Control+3"],
] as const) {
  test(`as ${view}, documents go on at both ends, stay where they are, and tell their place`, async ({
    app,
    page,
  }) => {
    await page.keyboard.press(key);
    const documents = view === "tree" ? app.tree : app.grid;
    await documents.focus();
    const bar = placeBar(page);
    await expect(bar).toHaveAttribute("aria-valuetext", "At the first document");
    await page.keyboard.press("Control+End");
    await expect(page.getByText("last 50")).toBeVisible();
    await expect(app.field("_id")).toContainText((SAMPLES - 1).toString(16));
    await expect.poll(async () => (await inSight(page)).last).toBe(SAMPLES - 1);
    await expect(bar).toHaveAttribute("aria-valuetext", /last|99 %|100 %/);
    for (let steps = 1; steps <= 60; steps += 1)
      // Where the page before is still being read there is nowhere to go: it is pressed again, as a person does.
      await expect(async () => {
        await page.keyboard.press("ArrowUp");
        await expect(app.field("_id")).toContainText((SAMPLES - 1 - steps).toString(16), { timeout: 3_000 });
      }).toPass();
    await expect.poll(async () => (await inSight(page)).first).toBeLessThanOrEqual(SAMPLES - 61);
    expect((await inSight(page)).last).toBeGreaterThanOrEqual(SAMPLES - 61);

    await bar.focus();
    await page.keyboard.press("Home");
    await expect(page.getByText("first 50")).toBeVisible();
    await expect.poll(async () => (await inSight(page)).first).toBe(0);
    for (let steps = 0; steps < 5; steps += 1) await page.keyboard.press("PageDown");
    await expect(page.getByText(/at about (49|50|51|52) %/)).toBeVisible();
    // The page before comes at once, and moves nothing.
    await expect(page.getByText(/^(?:100|150) at about/)).toBeVisible();
    const { first } = await inSight(page);
    expect(Math.abs(first - SAMPLES / 2)).toBeLessThan(100);
    await documents.hover();
    await page.mouse.wheel(0, -300);
    await expect.poll(async () => (await inSight(page)).first).toBeLessThan(first);
    const now = await inSight(page);
    expect(first - now.first).toBeLessThan(20);
    await documents.focus();
    await page.keyboard.press("Control+Home");
    await expect.poll(async () => (await inSight(page)).first).toBe(0);
  });
}

test("the place bar goes to an end that is held already", async ({ app, page }) => {
  await app.grid.hover();
  await page.mouse.wheel(0, 3_000);
  await expect.poll(async () => (await inSight(page)).first).toBeGreaterThan(20);
  const bar = placeBar(page);
  await bar.focus();
  await page.keyboard.press("Home");
  await expect.poll(async () => (await inSight(page)).first).toBe(0);
  await expect(bar).toHaveAttribute("aria-valuetext", "At the first document");
});
