import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import type { App } from "./support/app.ts";
import type { Items } from "./support/items.ts";
import type { Namespaces } from "./support/namespaces.ts";
import { addition, broken, measured, rehearsal, streams, tells } from "./support/operations.ts";
import type { Server } from "./support/server.ts";
import { SLOW } from "./support/slow.ts";
import { expect, test } from "./support/test.ts";
import { lost, production } from "./support/told.ts";

interface World {
  app: App;
  page: Page;
  lab: Server;
  nowhere: Server;
  readOnly: Server;
  items: Items;
  namespaces: Namespaces;
}

/** Every screen, and the way to it. */
const SCREENS: Record<string, (world: World) => Promise<void>> = {
  "the question for a token": async ({ page, lab }) => {
    await page.goto(lab.url);
    await expect(page.getByLabel("Token")).toBeVisible();
  },
  "a token that was refused": async ({ page, lab }) => {
    await page.goto(`${lab.url}/#token=${"0".repeat(64)}`);
    await expect(page.getByText("did not take")).toBeVisible();
  },
  "a database that does not answer": async ({ page, nowhere }) => {
    await page.goto(nowhere.address);
    await expect(page.getByText("No connection yet")).toBeVisible();
  },
  documents: async ({ app, lab }) => app.open(lab),
  "a document as text": async ({ app, lab, page }) => {
    await app.open(lab);
    await page.getByRole("radiogroup", { name: "Form" }).getByText("JSON").click();
    await expect(page.getByText("$oid").first()).toBeVisible();
  },
  "a filter with a mistake": async ({ app, lab }) => {
    await app.open(lab);
    await app.filter('{"name": }');
    await expect(app.page.getByRole("alert").getByText(/line 1/i)).toBeVisible();
  },
  "a filter that finds nothing": async ({ app, lab }) => {
    await app.open(lab);
    await app.filter('{"name": "nobody"}');
    await expect(app.button("Clear the query").first()).toBeVisible();
  },
  "the middle of all documents": async ({ app, lab, page }) => {
    await app.open(lab);
    await page.getByRole("scrollbar").focus();
    for (let pages = 0; pages < 5; pages += 1) await page.keyboard.press("PageDown");
    await expect(page.getByText(/at about \d+ %/)).toBeVisible();
  },
  "a query that is a scan": async ({ app, lab, page }) => {
    await app.open(lab);
    await app.filter('{"stock": {"$lt": 20}}');
    await page.getByRole("button", { name: "collection scan" }).focus();
    await expect(page.getByRole("tooltip")).toBeVisible();
  },
  "a query that was cancelled": async ({ app, lab, page }) => {
    await app.open(lab);
    await page.keyboard.press("Control+f");
    await page.keyboard.insertText(SLOW);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Cancel Esc" }).click();
    await expect(page.getByText("Cancelled. The server").first()).toBeVisible();
  },
  "the options of a query": async ({ app, lab, page }) => {
    await app.open(lab);
    await app.button("Options").click();
    await page.getByLabel("Max time ms").fill("soon");
    await expect(page.getByRole("alert")).toContainText("A whole number");
  },
  "what could be written in a filter": async ({ app, lab, page }) => {
    await app.open(lab);
    await page.keyboard.press("Control+f");
    await page.keyboard.type('{ "stock": 1, "');
    await expect(app.suggestions.filter({ hasText: "Int64" })).toBeVisible();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
  },
  "queries used before": async ({ app, lab, page }) => {
    await app.open(lab);
    await app.filter('{"name": "Oak table", "stock": {"$gt": 80}}');
    await app.filter('{"stock": {"$lt": 20}}');
    await page.getByLabel("Sort").fill('{"price": -1}');
    await page.getByLabel("Sort").press("Enter");
    await page.keyboard.press("Alt+ArrowDown");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { name: "Favourites" })).toBeVisible();
  },
  "the menu of a value": async ({ app, lab, page }) => {
    await app.open(lab);
    await app.grid.focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Shift+F10");
    await expect(page.getByRole("menuitem", { name: "Filter by this value" })).toBeFocused();
  },
  "the columns to choose": async ({ app, lab, page }) => {
    await app.open(lab);
    await app.button("Choose columns").click();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    await expect(app.dialog.getByRole("option", { selected: false })).toHaveCount(1);
  },
  "the menu of a column": async ({ app, lab, page }) => {
    await app.open(lab);
    await app.columns.nth(1).click({ button: "right" });
    await expect(page.getByRole("menuitem", { name: "Hide column" })).toBeVisible();
  },
  "documents as a tree": async ({ app, lab, items, page }) => {
    await changed(app, lab, items);
    await page.keyboard.press("Control+2");
    await app.filter("{}");
    await expect(page.getByText("first 50")).toBeVisible();
    await app.tree.focus();
    for (const key of ["ArrowRight", "ArrowDown", "ArrowDown"]) await page.keyboard.press(key);
    await expect(app.tree.getByRole("treeitem", { expanded: true })).toHaveCount(1);
  },
  "documents as mongosh": async ({ app, lab, page }) => {
    await app.open(lab);
    await page.keyboard.press("Control+3");
    await page.getByLabel("Syntax").selectOption("mongosh");
    await expect(app.grid).toContainText("ObjectId(");
    await app.grid.focus();
  },
  "a huge document and a text that was not read": async ({ app, lab, items, page }) => {
    const [huge, small] = [items.name(), items.name()];
    await items.store(huge, { list: Array.from({ length: 20_000 }, (_, at) => at) });
    await items.store(small, { name: "small" });
    await app.open(lab);
    await page.route("**/get_text", (route) =>
      route.fulfill({ status: 504, json: { code: "Timeout", message: "too slow", retryable: true } }),
    );
    await app.filter(`{"_id": {"$in": ["${small}", "${huge}"]}}`);
    await expect(app.rows).toHaveCount(2);
    await page.keyboard.press("Control+3");
    await expect(app.grid.getByText(/this is its beginning/)).toBeVisible();
    await expect(app.grid.getByText(/could not be read/)).toBeVisible();
  },
  "an unsaved change": async ({ app, lab, items }) => {
    await changed(app, lab, items);
  },
  "an open editor": async ({ app, lab }) => {
    await app.open(lab);
    await app.field("name").dblclick();
    await expect(app.fields.getByRole("textbox")).toBeVisible();
  },
  "the editor of a binary": async ({ app, lab, items }) => {
    await opened(app, lab, items, { v: { $binary: { base64: "YWJj", subType: "81" } } });
    await expect(app.editor("v")).toContainText("3 bytes");
  },
  "the editor of a pattern": async ({ app, lab, items }) => {
    await opened(app, lab, items, { v: { $regularExpression: { pattern: "^a", options: "gi" } } });
    await expect(app.editor("v").getByRole("checkbox")).toHaveCount(6);
  },
  "the editor of a date": async ({ app, lab, items }) => {
    await opened(app, lab, items, { v: { $date: { $numberLong: "0" } } });
    await expect(app.editor("v").getByRole("button", { name: "Now" })).toBeVisible();
  },
  "the editor of code with a mistake": async ({ app, lab, items }) => {
    await opened(app, lab, items, { v: { $code: "f()", $scope: {} } });
    await app
      .editor("v")
      .getByRole("textbox", { name: /^Scope/ })
      .fill("{");
    await expect(app.editor("v")).toContainText("The scope is a document");
  },
  "a change of type that loses something": async ({ app, lab, items }) => {
    await opened(app, lab, items, { v: { $numberDouble: "2.75" } });
    await app.editor("v").getByRole("combobox").selectOption("int");
    await expect(app.editor("v")).toContainText("0.75 is lost");
  },
  "the review of changes": async ({ app, lab, items, page }) => {
    await changed(app, lab, items);
    await page.keyboard.press("Control+Shift+S");
    await expect(app.dialog).toContainText("after");
  },
  "a change that meets another": async ({ app, lab, items, page }) => {
    const id = await changed(app, lab, items);
    await items.change(id, { name: "theirs" });
    await page.keyboard.press("Control+s");
    await app.button("Compare and choose…").click();
    await expect(app.dialog).toContainText("theirs");
  },
  "fields that are added, renamed and taken away": async ({ app, lab, items, page }) => {
    const id = items.name();
    await items.store(id, { name: "a", gone: 1, old: { x: 1 } });
    await app.open(lab);
    await app.openItem(id);
    await app.field("gone").click();
    await page.keyboard.press("Delete");
    await expect(app.fields.getByRole("treeitem", { name: /^gone .*removed/ })).toBeVisible();
    await app.field("old").click();
    await page.keyboard.press("Shift+F2");
    await app.fields.getByRole("textbox").fill("new");
    await page.keyboard.press("Enter");
    await expect(app.fields.getByText("was old")).toBeVisible();
    await page.keyboard.press("Insert");
    await expect(app.fields.getByRole("group", { name: "Add a field" })).toBeVisible();
  },
  "a value as text": async ({ app, lab, items, page }) => {
    const id = items.name();
    await items.store(id, { list: [1, 2] });
    await app.open(lab);
    await app.openItem(id);
    await app.field("list").click({ button: "right" });
    await page.getByRole("menuitem", { name: "Edit as text…" }).click();
    await expect(app.dialog.locator(".cm-content")).toBeVisible();
  },
  "the editor of a new document": async ({ app, lab }) => {
    await app.open(lab);
    await app.button("Add document").click();
    await expect(app.dialog.locator(".cm-content")).toBeVisible();
  },
  "a mistake in a text": async ({ app, lab }) => {
    await app.open(lab);
    await app.button("Add document").click();
    await app.write("{,}");
    await app.button("Insert").click();
    await expect(app.dialog).toContainText(/line 1/i);
  },
  "the question before a delete": async ({ app, lab, page }) => {
    await app.open(lab);
    await app.rows.first().click();
    await page.keyboard.press("Delete");
    await expect(app.dialog).toBeVisible();
  },
  "the menu of a document": async ({ app, lab, page }) => {
    await app.open(lab);
    await app.button("More").click();
    await expect(page.getByRole("menuitem").first()).toBeVisible();
  },
  "what a change of many documents would do": async ({ app, lab, page }) => {
    await app.open(lab);
    await page.keyboard.press("Control+Shift+E");
    await app.write("[{ $set: { twice: { $multiply: ['$price', 2] } } }]");
    await page.keyboard.press("Control+Enter");
    await expect(app.dialog.getByRole("article").first()).toContainText("twice");
    await expect(app.dialog.getByText(/Undo will reach/)).toBeVisible();
  },
  "what became of an insert of many documents": async ({ app, lab, items, page }) => {
    const [first, second] = [items.name(), items.name()];
    await items.store(first, {});
    await app.open(lab);
    await app.button("Many documents").click();
    await page.getByRole("menuitem", { name: "Insert many…" }).click();
    await app.write(`{ _id: "${first}" } { _id: "${second}" }`);
    await page.keyboard.press("Control+Enter");
    await app.dialog.getByRole("button", { name: "Insert 2" }).click();
    await expect(app.dialog.getByRole("heading", { name: "1 document inserted" })).toBeVisible();
  },
  "the question before a tab is closed": async ({ app, lab, items, page }) => {
    await changed(app, lab, items);
    await app.field("_id").press("ArrowDown");
    await page.keyboard.press("F2");
    await app.fields.getByRole("combobox").selectOption("int");
    await app.closeTab("items");
    await expect(app.dialog).toBeVisible();
  },
  "no open tab": async ({ app, lab, page }) => {
    await app.open(lab);
    await app.closeTab("items");
    await expect(page.getByText("Nothing open")).toBeVisible();
  },
  health: async ({ app, lab, page }) => {
    await app.open(lab);
    await page.keyboard.press("Control+Shift+H");
    await expect(page.getByRole("heading", { name: /^Healthy/ })).toBeVisible();
  },
  "alerts and recording": async ({ app, lab, page }) => {
    await app.open(lab);
    await page.keyboard.press("Control+Shift+H");
    await app.button("What can be done with this").click();
    await page.getByRole("menuitem", { name: "Alerts and recording…" }).click();
    await expect(app.dialog.getByRole("switch")).toHaveCount(2);
  },
  "an incident": async ({ app, lab, page }) => {
    await app.open(lab);
    await page.keyboard.press("Control+Shift+H");
    await app.button("What can be done with this").click();
    await page.getByRole("menuitem", { name: "Export an incident…" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      app.dialog.getByRole("button", { name: "Export" }).click(),
    ]);
    await app.button("What can be done with this").click();
    await page.getByRole("menuitem", { name: "Open an incident…" }).click();
    await app.dialog.locator("input[type=file]").setInputFiles(await download.path());
    await expect(app.dialog.getByRole("heading", { name: "Timeline" })).toBeVisible();
  },
  "scenarios, with one that Health did not see": async ({ app, lab, page }) => {
    const step = { commands: ["kill -KILL 1"], expected: "degraded", seen: "Healthy.", withinMs: 60_000 };
    const steps = [
      { ...step, index: 0, what: "Begin", afterMs: 3, ok: true },
      { ...step, index: 1, what: "Kill the primary", afterMs: 61_000, ok: false },
    ];
    const outcome = { scenario: "primaryDies", ok: false, steps };
    await page.route("**/lab_scenario", (route) =>
      route.fulfill({ contentType: "application/x-ndjson", body: `${JSON.stringify({ outcome })}\n` }),
    );
    await app.open(lab);
    await page.keyboard.press("Control+Shift+H");
    await page.getByRole("radio", { name: "Scenarios" }).press("Space");
    await app.button("Run “The primary dies”").press("Enter");
    await expect(app.button("The primary dies: not as expected")).toBeVisible();
    await expect(page.getByText("not met")).toBeVisible();
  },
  "what can be done with a member": async (world) => {
    await inHealth(world);
    await world.page
      .getByRole("button", { name: /^What can be done with 127/ })
      .first()
      .press("Enter");
    await expect(world.page.getByRole("menuitem", { name: "Change this member…" })).toBeVisible();
  },
  "the plan of a step-down by force": async (world) => {
    await inHealth(world);
    await command(world, "Step the primary down by force");
    await expect(world.app.dialog.getByLabel("Type lab to confirm")).toBeVisible();
  },
  "a plan that refuses": async (world) => {
    await inHealth(world);
    await command(world, "Step the primary down…");
    await world.app.dialog.getByLabel("Stays down for, seconds").fill("5");
    await expect(world.app.dialog.getByText("Refused")).toBeVisible();
  },
  "a member that is added": async (world) => {
    await adding(world);
    await expect(world.app.dialog.getByText("2. Give it its vote")).toBeVisible();
  },
  "all members of a configuration": async (world) => {
    await adding(world);
    await world.app.dialog.getByRole("radio", { name: "All members" }).press("Space");
    await expect(world.app.dialog.getByRole("checkbox")).toHaveCount(12);
  },
  "the settings of a set": async (world) => {
    await adding(world);
    await world.app.dialog.getByRole("radio", { name: "Settings" }).press("Space");
    await expect(world.app.dialog.getByLabel("Election timeout, ms")).toBeVisible();
  },
  "a configuration as a document": async (world) => {
    await adding(world);
    await world.app.dialog.getByRole("radio", { name: "Document" }).press("Space");
    await expect(world.app.dialog.locator(".cm-content")).toBeVisible();
  },
  "an operation that goes on": async (world) => {
    await adding(world);
    await world.page.route("**/run_operation", () => undefined);
    await world.app.button("Run").press("Enter");
    await expect(world.app.button("Stop between steps")).toBeVisible();
  },
  "an operation that ended midway, beside its rehearsal": async (world) => {
    const { app, page } = world;
    await streams(page, "rehearse_operation", [], rehearsal);
    await streams(page, "run_operation", [], broken);
    await adding(world);
    // The set is looked at again when the rehearsal has ended.
    const looked = page.waitForResponse("**/operations/plan_operation");
    await app.button("Rehearse on a local set first").press("Enter");
    await expect(app.dialog.getByRole("img", { name: /^Time to acknowledgement/ })).toBeVisible();
    await looked;
    await expect(app.button("Run")).toBeEnabled();
    await app.button("Run").press("Enter");
    await expect(app.dialog.getByText("Partly done")).toBeVisible();
  },
  "two measurements of the stopwatch": async (world) => {
    const { app, page } = world;
    const kept = [measured("m1", "kill of the primary", 1840), measured("m2", "step down", 320)];
    await tells(page, "measurements", kept);
    await page.route("**/operations/measurement", (route) => {
      const { id } = route.request().postDataJSON() as { id: string };
      return route.fulfill({ json: kept.find((one) => one.id === id) });
    });
    await inHealth(world);
    await command(world, "Fail-over stopwatch");
    for (const at of [0, 1]) await app.dialog.getByRole("checkbox").nth(at).press("Space");
    await expect(app.dialog.getByRole("img", { name: /^Time to acknowledgement/ })).toHaveCount(2);
  },
  "what is found by typing": async ({ app, lab, page }) => {
    await app.open(lab);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("i");
    await expect(app.dialog.getByRole("option").first()).toBeVisible();
  },
  settings: async ({ app, lab }) => {
    await app.open(lab);
    await app.button("Settings").click();
    await expect(app.dialog).toBeVisible();
  },
  "the keyboard shortcuts": async ({ app, lab, page }) => {
    await app.open(lab);
    await page.keyboard.press("F1");
    await expect(app.dialog).toBeVisible();
  },
  "the menu of a collection": async ({ app, lab, page, namespaces }) => {
    await app.open(lab);
    await namespaces.goTo("items");
    await page.keyboard.press("Shift+F10");
    await expect(page.getByRole("menuitem", { name: /Drop collection/ })).toBeVisible();
  },
  "a new collection with a mistake in its options": async ({ app, lab, page, namespaces }) => {
    await app.open(lab);
    await namespaces.goTo("mydatabase");
    await page.keyboard.press("Shift+F10");
    await page.getByRole("menuitem", { name: "New collection…" }).press("Enter");
    await app.dialog.getByLabel("Name").fill("new");
    await app.dialog.getByText("Options", { exact: true }).click();
    await app.dialog.getByRole("switch").click();
    await app.dialog.getByLabel("Validator").fill("{ a: }");
    await app.button("Create").click();
    await expect(app.dialog).toContainText(/line 1/i);
  },
  "another name on production": async ({ app, lab, page, namespaces }) => {
    await production(page);
    await app.open(lab);
    await namespaces.goTo("items");
    await page.keyboard.press("F2");
    await app.dialog.getByLabel("Database", { exact: true }).fill("my.database");
    await expect(app.dialog).toContainText("cannot hold");
  },
  "what a drop would take on production": async ({ app, lab, page, namespaces }) => {
    await production(page);
    await app.open(lab);
    await namespaces.goTo("mydatabase");
    await page.keyboard.press("Delete");
    await expect(app.dialog).toContainText("Indexes");
  },
  "a drop of unknown outcome": async ({ app, lab, page, namespaces }) => {
    await namespaces.create("orders");
    await app.open(lab);
    await namespaces.open();
    await namespaces.goTo("orders");
    await lost(page, "drop_collection");
    await page.keyboard.press("Delete");
    await app.dialog.getByRole("button", { name: "Drop", exact: true }).click();
    await expect(app.button("Check")).toBeVisible();
  },
  "the tab of a dropped collection": async ({ app, lab, page, namespaces }) => {
    await namespaces.create("orders");
    await app.open(lab);
    await namespaces.open();
    await namespaces.goTo("orders");
    await page.keyboard.press("Enter");
    await namespaces.goTo("orders");
    await page.keyboard.press("Delete");
    await app.dialog.getByRole("button", { name: "Drop", exact: true }).click();
    await expect(app.button("Close tab")).toBeVisible();
  },
  "rules that a document fails": async ({ app, lab, page, namespaces }) => {
    const namespace = { database: namespaces.database, collection: "ruled" };
    const properties = "year: { minimum: 2000 }, dims: { properties: { w: { minimum: 5 } } }";
    const validator = `{ $jsonSchema: { required: ["name"], properties: { ${properties} } } }`;
    await lab.ask("create_collection", { namespace, validator });
    await lab.ask("insert", { namespace, text: '{"name": "n", "year": 2020, "dims": {"w": 9}}' });
    await app.open(lab);
    await namespaces.open();
    await namespaces.goTo("ruled");
    await page.keyboard.press("Enter");
    await app.edit("year", "1");
    await app.field("dims").click();
    await page.keyboard.press("ArrowRight");
    await app.edit("w", "1");
    await app.field("dims").click();
    await page.keyboard.press("ArrowLeft");
    await app.field("name").click();
    await page.keyboard.press("Delete");
    await page.keyboard.press("Control+s");
    const rules = page.getByRole("list", { name: "Rules that the document fails" });
    await expect(rules.getByRole("listitem")).toHaveCount(3);
  },
  "the history of writes, with one that could not be undone": conflicted,
  "a write that is taken back field by field": async (world) => {
    await conflicted(world);
    await world.app.dialog.getByRole("button", { name: "Compare and choose…" }).click();
    await expect(world.page.getByText("changed since", { exact: true })).toBeVisible();
  },
  "a read-only connection": async ({ page, readOnly }) => {
    await page.goto(readOnly.address);
    await expect(page.getByText("Read-only", { exact: true })).toBeVisible();
  },
};

async function inHealth({ app, lab, page }: World): Promise<void> {
  await app.open(lab);
  await page.keyboard.press("Control+Shift+H");
  await expect(page.getByRole("heading", { name: /^Healthy/ })).toBeVisible();
}

async function command({ app, page }: World, title: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.keyboard.type(title);
  await expect(app.dialog.getByRole("option").first()).toContainText(title);
  await page.keyboard.press("Enter");
}

/** A member is to be added, and the plan of it is a made one. */
async function adding(world: World): Promise<void> {
  await tells(world.page, "plan_operation", addition);
  await inHealth(world);
  await command(world, "Add a member");
  await world.app.dialog.getByLabel("Host", { exact: true }).fill("127.0.0.1:27999");
  await expect(world.app.button("Run")).toBeEnabled();
}

/** Undoes a change that somebody has changed since. */
async function conflicted({ app, lab, items, page }: World): Promise<void> {
  const id = await changed(app, lab, items);
  await page.keyboard.press("Control+s");
  await app.saved();
  await items.change(id, { name: "theirs" });
  await page.keyboard.press("Control+Shift+Z");
  await app.dialog.getByRole("textbox", { name: "Find in the history" }).fill(id);
  await app.dialog.getByRole("listbox").getByRole("option").nth(1).click();
  await expect(app.dialog.getByRole("row", { name: /^name/ })).toContainText("after");
  await app.dialog.getByRole("button", { name: "Undo", exact: true }).click();
  await expect(app.dialog.getByRole("button", { name: "Compare and choose…" })).toBeVisible();
}

/** Opens the editor of the value `v` of a new document. */
async function opened(app: App, lab: Server, items: Items, fields: object): Promise<void> {
  const id = items.name();
  await items.store(id, fields);
  await app.open(lab);
  await app.openItem(id);
  await app.field("v").dblclick();
  await expect(app.editor("v")).toBeVisible();
}

/** Stores a document and changes it in the page. */
async function changed(app: App, lab: Server, items: Items): Promise<string> {
  const id = items.name();
  await items.store(id, { name: "before" });
  await app.open(lab);
  await app.openItem(id);
  await app.edit("name", "after");
  return id;
}

const SIZES = [
  { width: 1280, height: 800 },
  { width: 900, height: 600 },
];

// A page of its own for each theme: where only the theme of a page changes, Chromium leaves colours of the one before.
for (const [name, show] of Object.entries(SCREENS))
  for (const colorScheme of ["light", "dark"] as const)
    test(`axe finds nothing on ${name}, ${colorScheme}`, async ({
      app,
      page,
      lab,
      nowhere,
      readOnly,
      items,
      namespaces,
    }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await show({ app, page, lab, nowhere, readOnly, items, namespaces });
      for (const size of SIZES) {
        await page.setViewportSize(size);
        await keepPicture(page, `${name}-${colorScheme}-${size.width}`);
        const { violations } = await new AxeBuilder({ page }).analyze();
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("\n")}`);
        expect(found, `${size.width} wide`).toEqual([]);
        // Nothing sticks out of the window to the side.
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
      }
    });

/** In the folder that `TRIVET_SCREENS` names, to be looked at. */
async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env["TRIVET_SCREENS"];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name.replaceAll(" ", "-")}.png` });
}
