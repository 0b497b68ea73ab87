import { fileURLToPath } from "node:url";

import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [svelte()],
  resolve: {
    alias: {
      $lib: fileURLToPath(new URL("src/lib", import.meta.url)),
      $components: fileURLToPath(new URL("src/components", import.meta.url)),
    },
  },
  // The shell's devUrl names this port.
  server: { port: 5173, strictPort: true, host: "127.0.0.1" },
  build: {
    // WebKitGTK 2.44 and WebView2 know `light-dark()`; lowering it would break the theme switch.
    target: ["safari18", "chrome123"],
    manifest: true,
    // The content security policy has no `data:`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: { include: ["src/**/*.test.ts"] },
});
