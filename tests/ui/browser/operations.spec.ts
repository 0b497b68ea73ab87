import type { Page } from "@playwright/test";

import type { App } from "./support/app.ts";
import { addition, report, tells } from "./support/operations.ts";
import type { Server } from "./support/server.ts";
import { expect, test } from "./support/test.ts";

// Elections on a small machine.
test.setTimeout(120_000);
const SOON = { timeout: 60_000 };

/** The row of a member in a state, and the button of what can be done with it. */
function rowOf(page: Page, state: "Primary" | "Secondary") {
  const row = page
    .getByRole("row")
    .filter({ has: page.getByRole("button", { name: /^Stop/ }), hasText: state })
    .first();
  return { row, menu: row.getByRole("button", { name: /^What can be done with 127/ }) };
}

async function openHealth(app: App, lab: Server): Promise<void> {
  await app.open(lab);
  await app.page.keyboard.press("Control+Shift+H");
  await expect(app.page.getByRole("heading", { name: /^Healthy/ })).toBeVisible(SOON);
}

/** Opens what the menu of a member calls so, by the keyboard. */
async function choose(page: Page, state: "Primary" | "Secondary", way: string): Promise<void> {
  await rowOf(page, state).menu.press("Enter");
  const item = page.getByRole("menuitem", { name: way, exact: true });
  await expect(item).toBeVisible();
  for (let presses = 0; presses < 12; presses += 1) {
    if (await item.evaluate((found) => found === document.activeElement)) break;
    await page.keyboard.press("ArrowDown");
  }
  await expect(item).toBeFocused();
  await page.keyboard.press("Enter");
}

test("the primary is stepped down from its row by the keyboard alone, and the timeline has it as done here", async ({
  app,
  lab,
  page,
}) => {
  await openHealth(app, lab);
  const host = (await rowOf(page, "Primary").row.getByRole("rowheader").innerText()).trim();
  await choose(page, "Primary", "Step down…");
  await expect(app.dialog.getByRole("textbox", { name: "Stays down for, seconds" })).toBeFocused();
  await expect(app.dialog).toContainText("rs.stepDown(60, 10)");
  await expect(app.dialog).toContainText("There will be an election.");
  await expect(app.button("Run")).toBeEnabled();
  await page.keyboard.press("Enter");

  const outcome = app.dialog.getByRole("region", { name: "What came of it" });
  await expect(outcome).toContainText("Done", SOON);
  await expect(outcome).toContainText(`${host} stepped down.`);
  await expect(outcome.getByText("What came of it")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(app.dialog).toBeHidden();
  await expect(rowOf(page, "Primary").row).not.toContainText(host, SOON);
  await expect(page.getByText(/done here/).first()).toBeVisible(SOON);
});

test("a plan that refuses says why, cannot be run, and what was typed is there again", async ({
  app,
  lab,
  page,
}) => {
  await openHealth(app, lab);
  await choose(page, "Primary", "Step down…");
  await expect(app.button("Run")).toBeEnabled();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("5");
  await expect(app.dialog).toContainText("Refused The primary is to stay down for 5 s");
  await expect(app.button("Run")).toBeDisabled();
  await expect(app.dialog).not.toContainText("rs.stepDown(");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(app.dialog).toBeHidden();
  await expect(rowOf(page, "Primary").menu).toBeFocused();

  await choose(page, "Primary", "Step down…");
  const seconds = app.dialog.getByRole("textbox", { name: "Stays down for, seconds" });
  await expect(seconds).toHaveValue("5");
  await seconds.fill("soon");
  await expect(app.dialog).toContainText("Stays down for, seconds: a whole number from 0 is needed.");
  await expect(app.button("Run")).toBeDisabled();
});

test("what may lose data is not run before the name of the set was typed", async ({ app, lab, page }) => {
  await openHealth(app, lab);
  const host = (await rowOf(page, "Primary").row.getByRole("rowheader").innerText()).trim();
  await choose(page, "Primary", "Step down by force…");
  const name = app.dialog.getByRole("textbox", { name: "Type lab to confirm" });
  await expect(name).toBeVisible();
  await expect(app.button("Run")).toBeDisabled();
  await name.fill("la");
  await name.press("Enter");
  await expect(app.button("Run")).toBeDisabled();
  await name.fill("lab");
  await name.press("Enter");
  await expect(app.dialog).toContainText(`${host} stepped down.`, SOON);
});

test("a secondary is frozen from Ctrl+K, and let to stand again from its row", async ({ app, lab, page }) => {
  await openHealth(app, lab);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("Freeze a secondary");
  await page.keyboard.press("Enter");
  await expect(app.dialog).toContainText("rs.freeze(60)");
  const member = await app.dialog.getByRole("combobox", { name: "Member" }).inputValue();
  await expect(app.button("Run")).toBeEnabled();
  await app.button("Run").press("Enter");
  await expect(app.dialog).toContainText(`${member} does not stand for election for`, SOON);
  await page.keyboard.press("Escape");

  await app.button(`What can be done with ${member}`).press("Enter");
  await page.getByRole("menuitem", { name: "Let it stand again…" }).press("Enter");
  await expect(app.dialog).toContainText("rs.freeze(0)");
  await app.button("Run").press("Enter");
  await expect(app.dialog).toContainText("may stand for election again", SOON);
});

test("a member is added and another removed: what the form says is what the planner is asked for", async ({
  app,
  lab,
  page,
}) => {
  await openHealth(app, lab);
  await tells(page, "plan_operation", addition);
  const asked = () => page.waitForRequest("**/operations/plan_operation");
  await app.button("What can be done with this").press("Enter");
  await page.getByRole("menuitem", { name: "Add a member…" }).press("Enter");
  await expect(app.dialog.getByRole("textbox", { name: "Host" })).toBeFocused();
  await expect(app.dialog).toContainText("Say where the new member is found: name:port.");
  const request = asked();
  await page.keyboard.insertText("127.0.0.1:27999");
  const member = { host: "127.0.0.1:27999", votes: 1, priority: 1, hidden: false, delaySeconds: 0 };
  expect((await request).postDataJSON()).toMatchObject({
    operation: {
      kind: "reconfigure",
      edits: [{ kind: "add", member: { ...member, arbiter: false, tags: [] } }],
    },
  });
  for (const words of [
    "1. Add it without a vote",
    "2. Give it its vote",
    "1 voter may be lost → no voter may be lost",
    "members[127.0.0.1:27999].priority",
    "majority writes.",
    "An election is likely.",
  ])
    await expect(app.dialog).toContainText(words);
  await page.keyboard.press("Escape");

  const host = (await rowOf(page, "Secondary").row.getByRole("rowheader").innerText()).trim();
  const removal = asked();
  await choose(page, "Secondary", "Remove…");
  expect((await removal).postDataJSON()).toMatchObject({
    operation: { kind: "reconfigure", edits: [{ kind: "remove", host }] },
  });
  await expect(app.dialog.getByRole("switch", { name: "Leaves the set" })).toBeChecked();
});

test("what goes on goes on behind the dialog, which can be opened again, and is stopped between steps", async ({
  app,
  lab,
  page,
}) => {
  await openHealth(app, lab);
  let end = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  await page.route("**/operations/run_operation", async (route) => {
    await ended;
    const outcome = report({ outcome: "partly", measurement: null });
    await route.fulfill({ contentType: "application/x-ndjson", body: `${JSON.stringify({ outcome })}\n` });
  });
  await choose(page, "Primary", "Step down…");
  await expect(app.button("Run")).toBeEnabled();
  await page.keyboard.press("Enter");
  await expect(app.button("Stop between steps")).toBeVisible();
  await page.keyboard.press("Escape");
  const strip = page.getByRole("group", { name: "What is being done to this set" });
  await expect(strip).toContainText("Step the primary down");

  // Nothing else is begun beside it.
  await choose(page, "Secondary", "Freeze…");
  await expect(app.dialog).toContainText("Something else is being done to this set.");
  await expect(app.button("Run")).toBeDisabled();
  await page.keyboard.press("Escape");

  await strip.getByRole("button", { name: "Show" }).press("Enter");
  // Nothing runs under its name yet: it can be stopped once more.
  await tells(page, "cancel_query", { found: false });
  await app.button("Stop between steps").press("Enter");
  await expect(app.button("Stop between steps")).toBeEnabled();
  await tells(page, "cancel_query", { found: true });
  const cancelled = page.waitForRequest("**/operations/cancel_query");
  await app.button("Stop between steps").press("Enter");
  expect((await cancelled).postDataJSON()).toMatchObject({ query: expect.stringMatching(/^operation/) });
  await expect(app.button("Stops after this step…")).toBeDisabled();
  await page.keyboard.press("Escape");
  end();
  await expect(strip).toContainText("Partly done");
  await strip.getByRole("button", { name: "Show" }).press("Enter");
  await expect(app.dialog).toContainText("The set has 4 members.");
  // It is not done: what is left of it can be planned anew.
  await app.button("Plan anew").press("Enter");
  await expect(app.dialog).not.toContainText("The set has 4 members.");
  await expect(app.dialog).toContainText("rs.stepDown(60, 10)");
  await page.keyboard.press("Escape");
  await expect(strip).toBeHidden();
});

test("a read-only connection plans and rehearses as others do, and says why nothing is run", async ({
  app,
  readOnly,
  page,
}) => {
  await page.goto(readOnly.address);
  await app.pulse("3 of 3 up");
  await page.keyboard.press("Control+Shift+H");
  await page.setViewportSize({ width: 900, height: 600 });
  const menu = page.getByRole("button", { name: /^What can be done with 127/ }).first();
  await expect(menu).toBeInViewport({ ratio: 1 });
  await menu.press("Enter");
  await page.getByRole("menuitem", { name: /^Change this member/ }).press("Enter");
  await app.dialog.getByRole("textbox", { name: "Tags" }).fill("use: reports");
  await expect(app.dialog).toContainText("rs.reconfig(cfg)");
  await expect(app.button("Rehearse on a local set first")).toBeEnabled();
  await expect(app.dialog).toContainText("This connection is read-only.");
  await expect(app.button("Run")).toBeDisabled();
});
