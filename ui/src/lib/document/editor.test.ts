import { describe, expect, it } from "vitest";

import type { Converted, Kind, TypedValue } from "$lib/backend";
import type { Convert } from "./conversion";
import { OpenEditor } from "./editor.svelte";
import type { SingleKind } from "./kind";
import { path, typed } from "./testing";

/** What was asked, and what is answered to it. */
class Core {
  readonly asked: [TypedValue, Kind][] = [];

  constructor(private readonly answers: Record<string, Converted | Promise<Converted>>) {}

  readonly convert: Convert = async (value, kind) => {
    this.asked.push([value, kind]);
    const answer = this.answers[kind];
    if (!answer) throw new Error(`no answer for ${kind}`);
    return answer;
  };
}

function made(kind: SingleKind, text: string): Converted {
  return { value: typed(kind, text), loss: { kind: "truncated", from: "2.75", to: text, lost: "0.75" } };
}

function open(kind: Kind, text: string): OpenEditor {
  return new OpenEditor(path([0, "n"]), "inspector", typed(kind, text));
}

const impossible: Converted = { value: null, loss: { kind: "impossible", why: "unreadable" } };

describe("a change of type", () => {
  it("takes what the core makes, and tells what it loses until something is typed", async () => {
    const core = new Core({ int: made("int", "2") });
    const editor = open("double", "2.75");
    await editor.setKind("int", core.convert);
    expect([editor.kind, editor.text]).toEqual(["int", "2"]);
    expect(editor.conversion).toMatchObject({ from: typed("double", "2.75"), loss: { lost: "0.75" } });
    editor.text = "3";
    expect(editor.conversion).toBeNull();
    expect(editor.parsed).toEqual({ value: typed("int", "3") });
  });

  it("goes back to what was typed, whatever was lost on the way", async () => {
    const core = new Core({ int: made("int", "2"), string: made("string", "2.75") });
    const editor = open("double", "1.5");
    editor.text = "2.750";
    await editor.setKind("int", core.convert);
    await editor.setKind("string", core.convert);
    expect(core.asked).toEqual([
      [typed("double", "2.750"), "int"],
      [typed("double", "2.750"), "string"],
    ]);
    await editor.setKind("double", core.convert);
    expect([editor.kind, editor.text, editor.conversion]).toEqual(["double", "2.750", null]);
    expect(core.asked).toHaveLength(2);
  });

  it("does not put what is made over what was typed meanwhile", async () => {
    const core = new Core({ int: made("int", "2") });
    const editor = open("double", "2.75");
    const changed = editor.setKind("int", core.convert);
    editor.text = "7";
    await changed;
    expect([editor.conversion, editor.parsed]).toEqual([null, { value: typed("int", "7") }]);
  });

  it("begins anew with what is typed after it", async () => {
    const core = new Core({ int: made("int", "2"), long: made("long", "3") });
    const editor = open("double", "2.75");
    await editor.setKind("int", core.convert);
    editor.text = "3";
    await editor.setKind("long", core.convert);
    expect(core.asked[1]).toEqual([typed("int", "3"), "long"]);
  });

  it("keeps a text to be corrected where nothing can be made of it", async () => {
    const core = new Core({ int: impossible, timestamp: impossible });
    const editor = open("string", "twelve");
    await editor.setKind("int", core.convert);
    expect([editor.kind, editor.text, editor.isWrong()]).toEqual(["int", "twelve", true]);
    expect(editor.conversion?.loss).toEqual(impossible.loss);
    await editor.setKind("timestamp", core.convert);
    expect([editor.kind, editor.text, editor.isWrong("seconds")]).toEqual(["timestamp", ":0", true]);
  });

  it("asks nothing of a text that is no value, and goes on where the core does not answer", async () => {
    const core = new Core({});
    const editor = open("int", "12");
    editor.text = "12x";
    await editor.setKind("long", core.convert);
    expect([core.asked, editor.kind, editor.text]).toEqual([[], "long", "12x"]);
    editor.text = "12";
    await editor.setKind("string", core.convert);
    expect([editor.kind, editor.text, editor.conversion?.loss]).toEqual(["string", "12", null]);
  });

  it("is no value while it is on its way, and the latest choice counts", async () => {
    let answer!: (converted: Converted) => void;
    const later = new Promise<Converted>((resolve) => (answer = resolve));
    const core = new Core({ int: later, long: made("long", "2") });
    const editor = open("double", "2.75");
    const first = editor.setKind("int", core.convert);
    expect(editor.mistake).toEqual({ is: "converting" });
    await editor.setKind("long", core.convert);
    answer(made("int", "2"));
    await first;
    expect([editor.kind, editor.text]).toEqual(["long", "2"]);
    expect(editor.parsed).toEqual({ value: typed("long", "2") });
  });
});
