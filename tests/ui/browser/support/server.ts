import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const root = resolve(import.meta.dirname, "../../../..");
const program = process.env["TRIVET_SERVER"] ?? join(root, "target/debug/trivet-server");

/** What can be served: a local set of its own, or what stands behind a connection string. */
export type Served = { lab: true } | { uri: string; readOnly?: boolean };

/** A running `trivet-server` that serves the interface, in a data folder of its own. */
export class Server {
  private constructor(
    readonly url: string,
    readonly token: string,
    private readonly process: ChildProcess,
    private readonly folder: string,
  ) {}

  /** Starts it with the local set of a plan, which is made first: it stays as it was made. */
  static async startLab(plan: object): Promise<Server> {
    const folder = await newFolder();
    const maker = await Server.start({ uri: "mongodb://127.0.0.1:1/" }, folder);
    const lines = await maker.post("lab_start", { plan });
    if (!lines.includes('{"outcome":')) throw new Error(lines);
    await maker.end();
    return Server.start({ lab: true }, folder);
  }

  /** Starts it and waits until it listens. */
  static async start(served: Served, where?: string): Promise<Server> {
    const folder = where ?? (await newFolder());
    const words = [
      "--ui",
      join(root, "ui/dist"),
      "--listen",
      "127.0.0.1:0",
      "--data-dir",
      join(folder, "data"),
    ];
    if ("lab" in served) words.push("--lab");
    else {
      const file = join(folder, "uri");
      await writeFile(file, served.uri, { mode: 0o600 });
      words.push("--uri-file", file, ...(served.readOnly === true ? ["--read-only"] : []));
    }
    const child = spawn(program, words, { stdio: ["ignore", "pipe", "ignore"] });
    let url = "";
    for await (const line of createInterface({ input: child.stdout })) {
      url ||= /^listening on (\S+)$/.exec(line)?.[1] ?? "";
      const [, tokenFile] = /^token in (.+)$/.exec(line) ?? [];
      if (tokenFile === undefined) continue;
      const token = (await readFile(tokenFile, "utf8")).trim();
      return new Server(url, token, child, folder);
    }
    throw new Error(`${program} did not begin to listen`);
  }

  /** The address that carries the token, as a person would be given it. */
  get address(): string {
    return `${this.url}/#token=${this.token}`;
  }

  /** Asks an operation by its name, as any program could. */
  async ask<Outcome>(operation: string, request: object = {}): Promise<Outcome> {
    return JSON.parse(await this.post(operation, request)) as Outcome;
  }

  private async post(operation: string, request: object): Promise<string> {
    const answer = await fetch(`${this.url}/api/v1/connections/default/operations/${operation}`, {
      method: "POST",
      headers: { Authorization: `Bearer ${this.token}`, "Content-Type": "application/json" },
      body: JSON.stringify(request),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${operation}: ${text}`);
    return text;
  }

  /** Waits until the database behind it takes writes. */
  async ready(): Promise<this> {
    const end = Date.now() + 60_000;
    for (;;) {
      const headers = { Authorization: `Bearer ${this.token}` };
      // A connection that was kept may be closed just then: asked again.
      const answer = await fetch(`${this.url}/readyz`, { headers }).catch(() => null);
      if (answer?.ok === true) return this;
      if (Date.now() > end) throw new Error("the server did not become ready");
      await new Promise((later) => setTimeout(later, 200));
    }
  }

  /** Ends it in order, and what it started with it. */
  async stop(): Promise<void> {
    await this.end();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async end(): Promise<void> {
    const ended = once(this.process, "exit");
    this.process.kill("SIGTERM");
    await ended;
  }
}

async function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "trivet-browser-"));
}
