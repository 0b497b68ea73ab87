import { defineConfig } from "@playwright/test";

/** A Chromium of the system: nothing is downloaded. */
const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

export default defineConfig({
  testDir: "browser",
  outputDir: "../../target/browser-tests",
  // One replica set of three members is enough for one machine.
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    viewport: { width: 1280, height: 800 },
    screenshot: "only-on-failure",
    // Tests may run as root, as in a container, where Chromium's own sandbox cannot.
    launchOptions: { executablePath, args: ["--no-sandbox"] },
  },
});
