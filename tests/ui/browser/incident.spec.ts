import { readFile, writeFile } from "node:fs/promises";

import type { App } from "./support/app.ts";
import { expect, test } from "./support/test.ts";

/** Chooses a command by its name. */
async function command(app: App, name: string): Promise<void> {
  await app.page.keyboard.press("Control+k");
  await app.page.keyboard.type(name);
  await expect(app.dialog.getByRole("option").first()).toContainText(name);
  await app.page.keyboard.press("Enter");
}

test("an election is told with what it cost, and its alerts are over when all is well", async ({
  app,
  lab,
  page,
}) => {
  await app.open(lab);
  await page.keyboard.press("Control+Shift+H");
  const row = page
    .getByRole("row")
    .filter({ has: page.getByRole("button", { name: /^Stop/ }), hasText: "Primary" });
  const host = (await row.getByRole("rowheader").innerText()).trim();
  const entry = (words: string | RegExp) => page.getByRole("listitem").filter({ hasText: words });
  await row.getByRole("button", { name: "Stop" }).click();

  await expect(entry(/became primary in term \d+.*No write was possible for/).first()).toBeVisible();
  const alerts = page.getByRole("list", { name: "Alerts" });
  await expect(alerts).toContainText(`${host} is down`);
  await app.button(`Start ${host}`).click();
  await app.pulse("3 of 3 up");
  await expect(alerts).toBeHidden();
  await expect(entry(`Over: ${host} is down`).first()).toBeVisible();

  // The page is opened anew: what was recorded is in the timeline and in the chart.
  await page.reload();
  await expect(entry(/became primary in term \d+/).first()).toBeVisible();
  await page.getByRole("radio", { name: "24 h" }).press("Space");
  await expect(page.getByRole("img", { name: /^Lag, now: / })).toBeVisible();
});

test("what is watched is set by the keyboard, a mistake is named, and it is there again", async ({
  app,
  lab,
  page,
}) => {
  await app.open(lab);
  await command(app, "Alerts and recording");
  const record = app.dialog.getByRole("switch", { name: "Record without gaps" });
  await expect(record).not.toBeChecked();
  await record.focus();
  await page.keyboard.press("Space");
  const warning = app.dialog.getByRole("textbox", { name: "Lag above, seconds Warning", exact: true });
  await warning.fill("a lot");
  await page.keyboard.press("Enter");
  await expect(app.dialog.getByText("Lag above, seconds: a number of 0 or more is needed")).toBeVisible();
  // What only the core can judge.
  await warning.fill("61");
  await page.keyboard.press("Enter");
  await expect(app.dialog.getByText("the warning at 61 comes after the critical alert at 60")).toBeVisible();
  await warning.fill("7");
  await page.keyboard.press("Enter");
  await expect(app.dialog).toBeHidden();

  await command(app, "Alerts and recording");
  await expect(record).toBeChecked();
  await expect(warning).toHaveValue("7");
  await record.press("Space");
  await warning.fill("10");
  await page.keyboard.press("Enter");
  await expect(app.dialog).toBeHidden();
});

test("an incident is exported without hosts, and opened in the same view", async ({
  app,
  lab,
  page,
}, info) => {
  await app.open(lab);
  await page.keyboard.press("Control+Shift+H");
  const host = (await page.getByRole("rowheader").first().innerText()).trim();
  await app.button("What can be done with this").click();
  await page.getByRole("menuitem", { name: "Export an incident…" }).click();
  await app.dialog.getByRole("switch", { name: /^Call the members/ }).press("Space");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    app.dialog.getByRole("button", { name: "Export" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^trivet-incident-lab-[\dTZ-]+\.json$/);
  const file = info.outputPath("incident.json");
  await download.saveAs(file);
  const text = await readFile(file, "utf8");
  expect(text).toContain("member-1");
  expect(text).not.toContain(host);

  await command(app, "Open an incident");
  const broken = info.outputPath("broken.json");
  await writeFile(broken, text.slice(0, -20));
  await app.dialog.locator("input[type=file]").setInputFiles(broken);
  await expect(app.dialog.getByText("This is no incident that Trivet has exported")).toBeVisible();
  await app.dialog.locator("input[type=file]").setInputFiles(file);
  await expect(app.dialog.getByRole("heading", { name: "Incident of lab" })).toBeVisible();
  await expect(app.dialog.getByRole("rowheader", { name: /member-1/ }).first()).toBeVisible();
  await expect(app.dialog.getByRole("heading", { name: "Configurations seen" })).toBeVisible();
  // Nothing can be done with what is over.
  await expect(app.dialog.getByRole("button", { name: /^(Stop|Start|Freeze)/ })).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(app.dialog).toBeHidden();
});
