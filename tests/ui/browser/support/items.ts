import type { Server } from "./server.ts";

const namespace = { database: "mydatabase", collection: "items" };
const request = { connection: "default", namespace };

/** Documents of the sample collection that a test has made, as the database has them. */
export class Items {
  private made = 0;
  private readonly prefix = `spec-${process.hrtime.bigint()}`;

  constructor(private readonly server: Server) {}

  /** A name that no other test uses. */
  name(): string {
    this.made += 1;
    return `${this.prefix}-${this.made}`;
  }

  /** Stores a document with this `_id`, and fields as canonical Extended JSON. */
  async store(id: string, fields: object): Promise<void> {
    await this.server.ask("insert", { ...request, text: JSON.stringify({ _id: id, ...fields }) });
  }

  /** Changes a document as another program would. */
  async change(id: string, fields: object): Promise<void> {
    await this.rest("PATCH", id, JSON.stringify(fields));
  }

  /** Deletes a document as another program would. */
  async remove(id: string): Promise<void> {
    await this.rest("DELETE", id);
  }

  /** The document in canonical Extended JSON, as the API reads it; null where there is none. */
  async stored(id: string): Promise<Record<string, unknown> | null> {
    const answer = await this.rest("GET", id);
    return answer.ok ? ((await answer.json()) as Record<string, unknown>) : null;
  }

  /** Deletes what the test has made. */
  async removeAll(): Promise<void> {
    for (let index = 1; index <= this.made; index += 1) await this.rest("DELETE", `${this.prefix}-${index}`);
  }

  private async rest(method: string, id: string, body?: string): Promise<Response> {
    const { url, token } = this.server;
    const path = `databases/${namespace.database}/collections/${namespace.collection}/documents/${id}`;
    return fetch(`${url}/api/v1/connections/default/${path}?id_type=string`, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        Accept: "application/ejson",
        "If-Match": "*",
        ...(body === undefined ? {} : { "Content-Type": "application/merge-patch+json" }),
      },
      ...(body === undefined ? {} : { body }),
    });
  }
}
