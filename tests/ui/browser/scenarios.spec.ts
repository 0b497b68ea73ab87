import type { Page } from "@playwright/test";

import { expect, test } from "./support/test.ts";

// An election, a member that starts again and a small machine.
test.setTimeout(180_000);
const SOON = { timeout: 90_000 };

const scenario = (page: Page, name: string) => page.getByRole("listitem", { name, exact: true });

test("the primary dies: what Health had to say, what it said, and when", async ({ app, lab, page }) => {
  await app.open(lab);
  await page.keyboard.press("Control+Shift+H");
  await page.getByRole("radio", { name: "Scenarios" }).press("Space");
  const dies = scenario(page, "The primary dies");
  const run = app.button("Run “The primary dies”");
  const row = page
    .getByRole("row")
    .filter({ has: page.getByRole("button", { name: /^Stop/ }), hasText: "Primary" });
  const host = (await row.getByRole("rowheader").innerText()).trim();

  await run.press("Enter");
  await expect(run).toHaveText("Running…");
  await expect(run).toBeFocused();
  // Nothing else is begun meanwhile, and the set is left alone.
  await run.press("Enter");
  await expect(app.button("Run “An initial sync”")).toBeDisabled();
  await expect(app.button("Heal all")).toBeDisabled();
  const kill = dies.getByRole("listitem").filter({ hasText: "Kill the primary" });
  await expect(kill).toContainText("not yet", SOON);

  // Who looks elsewhere finds what came of it.
  await app.tab("items").click();
  await expect(dies).toBeHidden();
  await page.keyboard.press("Control+Shift+H");
  await expect(app.button("The primary dies: as expected")).toHaveAttribute("aria-expanded", "true", SOON);
  await expect(dies.getByRole("listitem")).toHaveCount(3);
  await expect(kill).toContainText(`${host} is down, and another member is primary`);
  await expect(kill).toContainText(/Health said\s*Degraded/);
  await expect(kill).toContainText(/met · after \d+(\.\d)? m?s, limit 60 s/);
  await expect(kill.getByRole("button", { name: /^kill -KILL \d+$/ })).toBeVisible();
  await expect(dies.getByRole("listitem").last()).toContainText(/Heal.*mongod --replSet/s);
  await app.pulse("3 of 3 up");
  await expect(run).toHaveText("Run");
});

test("a scenario that the set cannot have says why", async ({ app, lab, page }) => {
  await app.open(lab);
  await page.keyboard.press("Control+Shift+H");
  await page.getByRole("radio", { name: "Scenarios" }).press("Space");
  for (const [name, why] of [
    ["The network splits", "a set with links that can be cut"],
    ["A member falls behind", "a set whose members can be held back"],
  ] as const) {
    await expect(scenario(page, name)).toContainText(why);
    await expect(app.button(`Run “${name}”`)).toBeDisabled();
  }
  await expect(app.button("Run “The majority is lost”")).toBeEnabled();
});
