import AxeBuilder from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";

import type { App } from "./support/app.ts";
import { Server } from "./support/server.ts";
import { expect, test as base } from "./support/test.ts";

/** A set of five whose links can be cut, served with its interface. */
const test = base.extend<object, { five: Server }>({
  five: [
    async ({}, use) => {
      const members = [{}, {}, {}, {}, {}];
      const plan = { name: "lab", members, links: true, electionTimeoutMs: 2000 };
      const server = await (await Server.startLab(plan)).ready();
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 180_000 },
  ],
});

// Five members on a small machine elect and heal in seconds, not at once.
test.setTimeout(120_000);
const SOON = { timeout: 40_000 };

async function openHealth(page: Page, app: App, server: Server): Promise<void> {
  await page.goto(server.address);
  await expect(app.rows.first()).toBeVisible(SOON);
  await app.pulse("5 of 5 up");
  await page.keyboard.press("Control+Shift+H");
  await expect(verdict(page)).toHaveText(/^Healthy/, SOON);
}

const verdict = (page: Page) => page.getByRole("heading", { name: /^(Healthy|Degraded|Critical|Unknown)/ });
const links = (page: Page) => page.getByRole("grid", { name: /^Who calls whom/ });
const done = (page: Page, what: RegExp) =>
  page.getByRole("region", { name: "Local set lab" }).getByRole("listitem").filter({ hasText: what });

async function command(page: Page, app: App, words: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.keyboard.type(words);
  await expect(app.dialog.getByRole("option").first()).toContainText(words);
  await page.keyboard.press("Enter");
}

/** Focuses and presses, as somebody without a pointer does. */
async function press(button: Locator): Promise<void> {
  await button.focus();
  await button.press("Enter");
}

/** Opens a menu and goes to one of its entries, counted from 0. */
async function goTo(page: Page, button: Locator, entry: number): Promise<void> {
  await press(button);
  await expect(page.getByRole("menuitem").first()).toBeFocused();
  for (let at = 0; at < entry; at += 1) await page.keyboard.press("ArrowDown");
}

test("a set that is split is told to be, and is healthy when it is healed", async ({ app, five, page }) => {
  await openHealth(page, app, five);
  await press(app.button("Split 2 | 3"));
  await expect(verdict(page)).toContainText("The set is split", SOON);
  await expect(links(page).getByRole("button", { name: /black hole$/ })).toHaveCount(12);
  await expect(done(page, /^Split 2 \| 3/).first()).toContainText("(black hole)");

  await press(app.button("Heal all"));
  await expect(links(page).getByRole("button", { name: /black hole$/ })).toHaveCount(0, SOON);
  await expect(verdict(page)).toHaveText(/^Healthy/, SOON);
  await expect(done(page, /^Heal all/).first()).toContainText("mend");
});

test("a member is frozen and thawed by keyboard", async ({ app, five, page }) => {
  await openHealth(page, app, five);
  const member = page
    .getByRole("row")
    .filter({ has: page.getByRole("rowheader", { name: /^127/ }) })
    .filter({ hasText: "Secondary" })
    .first();
  const host = (await member.getByRole("rowheader").innerText()).trim();
  const row = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: host, exact: true }) });
  const more = app.button(`More for ${host}`);

  await goTo(page, more, 2);
  await expect(page.getByRole("menuitem", { name: "Freeze" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(row.getByText("frozen", { exact: true })).toBeVisible();
  await expect(more).toBeFocused();
  await app.pulse("4 of 5 up");
  await expect(done(page, /^Freeze/).first()).toContainText("kill -STOP");

  await goTo(page, more, 2);
  await expect(page.getByRole("menuitem", { name: "Thaw" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(row.getByText("frozen", { exact: true })).toBeHidden();
  await expect(verdict(page)).toHaveText(/^Healthy/, SOON);
});

test("what the plan does not allow says why, and does nothing", async ({ app, five, page }) => {
  await openHealth(page, app, five);
  await goTo(page, page.getByRole("button", { name: /^More for/ }).first(), 3);
  const held = page.getByRole("menuitem", { name: /^Hold back/ });
  await expect(held).toContainText("was not made with members that can be held back");
  await expect(held).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(held).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByText("held back", { exact: true })).toBeHidden();
});

test("one link is cut one way, and mended, by keyboard", async ({ app, five, page }) => {
  await openHealth(page, app, five);
  const [first, second] = ["refuses", "passes"].map((policy) =>
    links(page).getByRole("button", { name: new RegExp(`: ${policy}$`) }),
  );
  if (!first || !second) throw new Error("no cells");
  await expect(second).toHaveCount(20);
  await page.getByRole("radio", { name: "refuses" }).press("Space");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  await expect(first).toHaveCount(1);
  await expect(first).toBeFocused();
  await expect(done(page, /refuses/).first()).toContainText("cut 1 -> 0 (refuse)");
  await page.keyboard.press("Enter");
  await expect(second).toHaveCount(20);
  await expect(verdict(page)).toHaveText(/^Healthy/, SOON);
});

test("a set is made by a plan, beside the one that runs, and removed", async ({ app, five, page }) => {
  await openHealth(page, app, five);
  await command(page, app, "New local set");
  await app.dialog.getByLabel("Name").fill("Mine");
  await app.dialog.getByLabel("Members", { exact: true }).first().selectOption("1");
  await app.dialog.getByLabel("Spare mongods").selectOption("1");
  await app.dialog.getByLabel("Tags of member 0").fill("dc: west");
  await app.button("Start").click();
  await expect(app.dialog.getByRole("alert")).toContainText("begins with a small letter");
  await app.dialog.getByLabel("Name").fill("mine");
  await app.button("Start").click();
  await expect(app.dialog.getByText(/mongodb:\/\/127\.0\.0\.1:\d+/)).toBeVisible(SOON);
  await page.keyboard.press("Escape");

  await command(page, app, "Local sets");
  const mine = app.dialog.getByRole("listitem").filter({ hasText: "1 member ·" });
  await expect(mine).toContainText("running");
  await expect(mine).toContainText("1 spare");
  await press(app.button("Stop mine"));
  await expect(mine).toContainText("stopped");
  await press(app.button("Remove mine"));
  await expect(page.getByRole("dialog", { name: "Remove mine?" })).toContainText("all its data");
  await app.button("Remove").click();
  await expect(mine).toHaveCount(0);
  await expect(app.dialog.getByRole("listitem").filter({ hasText: "5 members" })).toContainText("running");
});

const SCREENS: Record<string, (page: Page, app: App) => Promise<void>> = {
  "Health of a local set": async () => {},
  "the menu of a member": async (page) => {
    await press(page.getByRole("button", { name: /^More for/ }).first());
    await expect(page.getByRole("menuitem", { name: "Freeze" })).toBeVisible();
  },
  "a new set with a mistake": async (page, app) => {
    await command(page, app, "New local set");
    await app.button("Primary + secondary + arbiter").click();
    await app.dialog.getByLabel("Priority of member 0").fill("high");
    await app.button("Start").click();
    await expect(app.dialog.getByRole("alert")).toContainText("is a number");
  },
  "the local sets": async (page, app) => {
    await command(page, app, "Local sets");
    await expect(app.dialog.getByText("5 members")).toBeVisible();
  },
};

for (const [name, show] of Object.entries(SCREENS))
  for (const colorScheme of ["light", "dark"] as const)
    test(`axe finds nothing on ${name}, ${colorScheme}`, async ({ app, five, page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await openHealth(page, app, five);
      await show(page, app);
      for (const size of [
        { width: 1280, height: 800 },
        { width: 900, height: 600 },
      ]) {
        await page.setViewportSize(size);
        const { violations } = await new AxeBuilder({ page }).analyze();
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("\n")}`);
        expect(found, `${size.width} wide`).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
      }
    });
