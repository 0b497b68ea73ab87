import { describe, expect, it } from "vitest";

import type { Backend } from "./backend";
import { told } from "./told";

const given = {
  insert: () => Promise.resolve("inserted"),
  deleteDocument: () => Promise.reject(new Error("lost")),
  getDocument: () => Promise.resolve("read"),
} as unknown as Backend;

describe("a backend that is listened to", () => {
  it("says of every write that it has ended, and of nothing else", async () => {
    const heard: string[] = [];
    const { backend, onWritten } = told(given);
    onWritten((connection) => heard.push(connection));
    const namespace = { database: "d", collection: "c" };
    expect(await backend.insert({ connection: "a", namespace, text: "{}" })).toBe("inserted");
    await expect(backend.deleteDocument({ connection: "b", namespace, id: "i" })).rejects.toThrow("lost");
    await backend.getDocument({ connection: "c", namespace, id: "i" });
    expect(heard).toEqual(["a", "b"]);
  });
});
