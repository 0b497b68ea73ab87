import type { App } from "./support/app.ts";
import type { Namespaces } from "./support/namespaces.ts";
import type { Server } from "./support/server.ts";
import { expect, test } from "./support/test.ts";

const SCHEMA = `{ $jsonSchema: {
  required: ["name"],
  properties: {
    year: { bsonType: "int", minimum: 2000, description: "a year of this century" },
    dims: { properties: { w: { bsonType: "int" } } },
    code: { pattern: "^[A-Z]+$" }
  }
} }`;

interface World {
  app: App;
  lab: Server;
  namespaces: Namespaces;
}

/** Opens a collection with these rules and one document that fits them. */
async function open({ app, lab, namespaces }: World, validator: string, document: object): Promise<void> {
  const namespace = { database: namespaces.database, collection: "ruled" };
  await lab.ask("create_collection", { namespace, validator });
  await lab.ask("insert", { namespace, text: JSON.stringify(document) });
  await app.open(lab);
  await namespaces.open();
  await namespaces.goTo("ruled");
  await app.page.keyboard.press("Enter");
  await expect(app.rows).toHaveCount(1);
  await expect(app.field("_id")).toBeVisible();
}

test("each rule of a schema that a save fails is told at its field, until the field is edited", async ({
  app,
  lab,
  namespaces,
  page,
}) => {
  await open({ app, lab, namespaces }, SCHEMA, { name: "n", year: 2020, dims: { w: 1 }, code: "A" });
  await app.edit("year", "1999");
  await app.edit("code", "b");
  await app.field("name").click();
  await page.keyboard.press("Delete");
  await app.field("dims").click();
  await page.keyboard.press("ArrowRight");
  await app.field("w").dblclick();
  await app.editor("w").getByRole("combobox").selectOption("String");
  await expect(app.editor("w")).toContainText("Shift+Enter starts a line");
  await app.editor("w").getByRole("textbox").fill("wide");
  await app.editor("w").getByRole("textbox").press("Enter");
  await app.field("dims").click();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Control+s");

  const list = page.getByRole("list", { name: "Rules that the document fails" });
  await expect(list.getByRole("listitem")).toHaveCount(4);
  await expect(app.field("year")).toContainText(
    "has to be at least 2000; it is 1999 (Int32) — a year of this century",
  );
  await expect(app.field("code")).toContainText('has to match "^[A-Z]+$"; it is "b" (String)');
  await expect(app.field("dims")).toContainText("1 rule fails inside");

  // From the list to the field, and to the form of the one that is missing, by the keyboard.
  await list.getByRole("button", { name: /^dims\.w/ }).press("Enter");
  await expect(app.fields).toBeFocused();
  await expect(app.field("w")).toHaveAttribute("aria-selected", "true");
  await expect(app.field("w")).toContainText('has to be of type "int"; it is "wide" (String)');
  await expect(app.field("dims")).not.toContainText("inside");
  await list.getByRole("button", { name: /^name/ }).press("Enter");
  await expect(app.fields.getByRole("textbox", { name: "Name" })).toHaveValue("name");
  await page.keyboard.press("Enter");
  await expect(list.getByRole("listitem")).toHaveCount(3);

  await app.edit("year", "2001");
  await expect(app.field("year")).not.toContainText("has to be");
  await app.edit("code", "B");
  await expect(list.getByRole("listitem")).toHaveCount(1);
  await app.field("w").dblclick();
  await app.editor("w").getByRole("combobox").selectOption("Int32");
  await expect(app.editor("w")).toContainText("does not read as Int32");
  await app.editor("w").getByRole("textbox").fill("2");
  await app.editor("w").getByRole("textbox").press("Enter");
  await expect(list).toHaveCount(0);
  await page.keyboard.press("Control+s");
  await app.saved();
});

test("a query expression is told at the field that it names, and goes away with the notice", async ({
  app,
  lab,
  namespaces,
  page,
}) => {
  const rules = '{ stock: { $gte: 0 }, $expr: { $lte: ["$sold", "$stock"] } }';
  await open({ app, lab, namespaces }, rules, { stock: 5, sold: 1 });
  await app.edit("stock", "-1");
  await page.keyboard.press("Control+s");
  await expect(app.field("stock")).toContainText("has to be at least 0; it is -1 (Int32)");
  const list = page.getByRole("list", { name: "Rules that the document fails" });
  await expect(list.getByRole("listitem").filter({ hasText: "the document" })).toContainText("$expr");
  await app.button("Dismiss").last().click();
  await expect(app.field("stock")).not.toContainText("has to be");
  await expect(app.fields.getByText("changed from 5 to -1")).toBeAttached();
});

test("a new document that fails the rules is told each of them, and the text stays", async ({
  app,
  lab,
  namespaces,
  page,
}) => {
  await open({ app, lab, namespaces }, SCHEMA, { name: "n" });
  await page.keyboard.press("Control+n");
  await app.write('{ "year": 1, "dims": { "w": "x" } }');
  await page.keyboard.press("Control+Enter");
  const list = app.dialog.getByRole("list", { name: "Rules that the document fails" });
  await expect(list).toContainText("year has to be at least 2000");
  await expect(list).toContainText('dims.w has to be of type "int"');
  await expect(list).toContainText("name has to be there");
  await app.write('{ "name": "n", "year": 2001 }');
  await page.keyboard.press("Control+Enter");
  await expect(app.dialog).toHaveCount(0);
  await expect(app.rows).toHaveCount(2);
});
