import { connect } from "node:net";

/** What a command of these tests is made of. */
type Value = string | number | readonly Value[] | { readonly [name: string]: Value };

/**
 * Runs a command on the first member that takes it, as no operation of ours makes a view or a collection. Throws what the
 * members have answered.
 */
export async function run(uri: string, database: string, command: Record<string, Value>): Promise<void> {
  const hosts = /^mongodb:\/\/([^/?]*)/.exec(uri)?.[1]?.split(",") ?? [];
  const answers: string[] = [];
  for (const host of hosts) {
    // One that is down leaves it to the others.
    const answer = await ask(host, { ...command, $db: database }).catch(String);
    // The double 1 of `ok`, behind its name.
    if (answer.includes("\u0001ok\0\0\0\0\0\0\0\u00f0\u003f")) return;
    answers.push(`${host}: ${answer.replace(/[^ -~]+/g, " ")}`);
  }
  throw new Error([JSON.stringify(command), ...answers].join("\n"));
}

/** Sends a command as OP_MSG, and gives the bytes of the answer. */
async function ask(host: string, command: Record<string, Value>): Promise<string> {
  const [name = "", port = "27017"] = host.split(":");
  const socket = connect(Number(port), name);
  const body = document(command);
  const head = Buffer.alloc(21);
  // Length, request, answer to, OP_MSG, flags, and one section that is a document.
  [21 + body.length, 1, 0, 2013, 0].forEach((word, at) => head.writeInt32LE(word, at * 4));
  socket.write(Buffer.concat([head, body]));
  let read = Buffer.alloc(0);
  for await (const bytes of socket) {
    read = Buffer.concat([read, bytes as Buffer]);
    if (read.length >= 4 && read.length >= read.readInt32LE(0)) return read.toString("latin1");
  }
  throw new Error("closed without an answer");
}

/** BSON. */
function document(fields: Record<string, Value>): Buffer {
  const elements = Object.entries(fields).map(([name, value]) => {
    const [kind, bytes] = element(value);
    return Buffer.concat([Buffer.from([kind]), Buffer.from(`${name}\0`), bytes]);
  });
  const body = Buffer.concat([...elements, Buffer.alloc(1)]);
  return Buffer.concat([int(body.length + 4), body]);
}

function element(value: Value): [number, Buffer] {
  if (typeof value === "number") return [0x10, int(value)];
  if (typeof value === "string") {
    const text = Buffer.from(`${value}\0`);
    return [0x02, Buffer.concat([int(text.length), text])];
  }
  const isArray = Array.isArray(value);
  return [isArray ? 0x04 : 0x03, document(value as Record<string, Value>)];
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
