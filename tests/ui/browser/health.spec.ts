import type { Page } from "@playwright/test";

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

  await app.tab("items").click();
  await app.edit("name", "after the election");
  await page.keyboard.press("Control+s");
  await app.saved();
  expect(await items.stored(id)).toMatchObject({ name: "after the election" });

  await page.getByRole("contentinfo").getByRole("button").first().click();
  await app.button(`Start ${host}`).click();
  await app.pulse("3 of 3 up");
});

/** Everything that a screen reader is told from now on, in order. */
async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    const region = [...document.querySelectorAll("[role=status][aria-live=polite]")].filter((found) =>
      found.classList.contains("visually-hidden"),
    );
    if (region.length !== 1) throw new Error(`${region.length} live regions`);
    const listener = new MutationObserver((changes) => {
      for (const { addedNodes } of changes)
        for (const { textContent } of addedNodes) if (textContent) heard.push(textContent);
    });
    listener.observe(region[0] as Element, { childList: true, subtree: true });
  });
  return () => page.evaluate(() => (window as unknown as { heard: string[] }).heard);
}

test("a screen reader hears of a change of primary once, and of the stop too", async ({ app, lab, page }) => {
  await app.open(lab);
  await page.getByRole("contentinfo").getByRole("button").first().click();
  const row = page
    .getByRole("row")
    .filter({ has: page.getByRole("button", { name: /^Stop/ }), hasText: "Primary" });
  const host = (await row.getByRole("rowheader").innerText()).trim();
  const heard = await listen(page);
  await row.getByRole("button", { name: "Stop" }).click();
  await app.pulse("2 of 3 up");
  await expect.poll(heard).toContain(`Stop ${host}: done`);
  const next = (await row.getByRole("rowheader").innerText()).trim();
  expect(next).not.toBe(host);
  await expect.poll(heard).toContain(`${next} is the new primary`);

  // What comes later has its turn later: when the start is told, all that was to be told of the stop has been.
  await app.button(`Start ${host}`).click();
  await app.pulse("3 of 3 up");
  await expect.poll(heard).toContain(`Start ${host}: done`);
  const told = await heard();
  expect(told.filter((text) => text.endsWith("is the new primary"))).toEqual([`${next} is the new primary`]);
  expect(told.filter((text) => text === `Stop ${host}: done`)).toHaveLength(1);
  expect(told.filter((text) => text.startsWith("The set has no primary")).length).toBeLessThanOrEqual(1);
});

test("at 900 px the members scroll under what can be done with them, and none of their figures stays there", async ({
  app,
  lab,
  page,
}) => {
  await app.open(lab);
  await page.setViewportSize({ width: 900, height: 600 });
  await page.keyboard.press("Control+Shift+H");
  const [uptime, control] = ["Uptime", "Lab"].map((name) =>
    page.getByRole("columnheader", { name, exact: true }),
  );
  if (!uptime || !control) throw new Error("no columns");
  const edges = async () => {
    const [left, right] = [await uptime.boundingBox(), await control.boundingBox()];
    if (!left || !right) throw new Error("not shown");
    return { endOfUptime: left.x + left.width, startOfControl: right.x };
  };
  await expect(control).toBeInViewport({ ratio: 1 });
  // Tab goes to where the keys scroll.
  await page.getByRole("rowheader").first().getByRole("button").focus();
  await expect
    .poll(async () => {
      await page.keyboard.press("ArrowRight");
      const { endOfUptime, startOfControl } = await edges();
      return endOfUptime - startOfControl;
    })
    .toBeLessThanOrEqual(1);
  await expect(control).toBeInViewport({ ratio: 1 });
});
