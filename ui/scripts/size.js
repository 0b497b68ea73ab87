// Fails when the script that must arrive before the first paint, gzipped, is above the budget:
// the entry chunk and everything it imports statically.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET_BYTES = 150_000;
const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const needed = new Set();
const queue = [entry];
for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
  if (needed.has(key)) continue;
  needed.add(key);
  queue.push(...(manifest[key].imports ?? []));
}

let total = 0;
for (const key of needed) {
  const { file } = manifest[key];
  const bytes = gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;
  total += bytes;
  console.log(`${String(bytes).padStart(8)}  ${file}`);
}
console.log(`${String(total).padStart(8)}  before the first paint, gzipped; the budget is ${BUDGET_BYTES}`);
if (total > BUDGET_BYTES) process.exit(1);
