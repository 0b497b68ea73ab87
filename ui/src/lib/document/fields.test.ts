import { describe, expect, it } from "vitest";

import type { SampledFields } from "$lib/backend";
import { FieldNames } from "./fields.svelte";
import type { Source } from "./source";

function names(answers: (() => Promise<SampledFields>)[]) {
  const asked: number[] = [];
  const sampleFields = () => {
    asked.push(asked.length);
    return answers[asked.length - 1]?.() ?? Promise.reject(new Error("asked too often"));
  };
  const namespace = { database: "d", collection: "c" };
  const source = { backend: { sampleFields }, connection: "c", namespace, readOnly: true };
  return { fields: new FieldNames(source as unknown as Source), asked };
}

const sample = (path: string) => async (): Promise<SampledFields> => ({
  fields: [{ path, kinds: ["int"], documents: 1 }],
  sampled: 1,
});

describe("the names of fields", () => {
  it("are sampled once, and anew after they were forgotten", async () => {
    const { fields, asked } = names([sample("a"), sample("b")]);
    await Promise.all([fields.load(), fields.load()]);
    expect(asked).toHaveLength(1);
    fields.forget();
    expect(fields.with([])).toEqual([{ path: "a", kinds: ["int"], documents: 1 }]);
    await fields.load();
    expect(fields.with([]).map(({ path }) => path)).toEqual(["b"]);
  });

  it("are those of the columns until a sample comes, and the next use asks again after a failure", async () => {
    const { fields } = names([() => Promise.reject(new Error("no")), sample("a")]);
    await fields.load();
    const columns = [
      { name: "a", kind: "mixed" as const, kinds: [] },
      { name: "x.y", kind: "int" as const, kinds: [] },
    ];
    expect(fields.with(columns)).toEqual([{ path: "a", kinds: [] }]);
    await fields.load();
    expect(fields.with(columns)).toEqual([{ path: "a", kinds: ["int"], documents: 1 }]);
  });
});
