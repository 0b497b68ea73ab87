import type { App } from "./support/app.ts";
import { expect, test } from "./support/test.ts";
import { run } from "./support/wire.ts";

/** Documents of the view: more than a page, which ends among documents with the same `_id`. */
const SHOWN = 120;
const database = "repeated";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

test.beforeAll(async ({ lab }) => {
  const { uri } = await lab.ask<{ uri: string }>("lab_status");
  const tags = Array.from({ length: SHOWN / 4 }, (_, at) => `tag ${at}`);
  // Two elements are alike, so two documents of the view are.
  const one = { _id: "one", tags: ["twice", "twice", ...tags.slice(2)] };
  const documents = [one, ...["two", "three", "four"].map((_id) => ({ _id, tags }))];
  await run(uri, database, { insert: "listed", documents });
  await run(uri, database, { create: "each", viewOn: "listed", pipeline: [{ $unwind: "$tags" }] });
});

test.afterAll(async ({ lab }) => {
  const { uri } = await lab.ask<{ uri: string }>("lab_status");
  await run(uri, database, { dropDatabase: 1 });
});

test.beforeEach(async ({ app, lab, page }) => {
  await app.open(lab);
  await page.getByRole("treeitem", { name: database }).click();
  await page.getByRole("treeitem", { name: "each" }).click();
  await expect(app.rows.first()).toContainText("twice");
});

function tagOf(row: number): string {
  return row < 2 ? "twice" : `tag ${row % (SHOWN / 4)}`;
}

/** The number of the row that is chosen. */
async function chosen(app: App): Promise<number> {
  return Number(await app.grid.locator("[role=row].selected").getAttribute("data-row"));
}

test("a view shows every document, however often its _id comes, and the chosen one is the one that is copied", async ({
  app,
  page,
}) => {
  await app.grid.focus();
  for (let row = 0; row < SHOWN; row += 1) {
    if (row % 7 === 0 || row < 3) {
      expect(await chosen(app)).toBe(row);
      await expect(app.field("tags")).toContainText(tagOf(row));
      await page.keyboard.press("Control+k");
      await page.keyboard.type("copy document as relaxed");
      await page.keyboard.press("Enter");
      await expect.poll(() => app.clipboard()).toContain(`"tags": "${tagOf(row)}"`);
      await app.grid.focus();
    }
    await page.keyboard.press("ArrowDown");
  }
  expect(await chosen(app)).toBe(SHOWN - 1);
  await expect(page.getByText(`all ${SHOWN}`)).toBeVisible();
});

test("documents with the same _id are told from each other as a tree and as text", async ({ app, page }) => {
  await app.grid.focus();
  await page.keyboard.press("Control+2");
  await app.tree.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  await expect(app.tree.locator('[role=treeitem][aria-expanded="true"]')).toHaveCount(1);
  await expect(app.tree.locator('[role=treeitem][aria-level="2"]')).toHaveCount(2);
  await page.keyboard.press("Control+3");
  await expect(app.grid.getByRole("row").nth(0)).toContainText('"tags": "twice"');
  await expect(app.grid.getByRole("row").nth(1)).toContainText('"tags": "twice"');
  await expect(app.grid.getByRole("row").nth(2)).toContainText('"tags": "tag 2"');
  await expect(app.grid.getByRole("row", { selected: true })).toHaveAttribute("data-row", "1");
});
