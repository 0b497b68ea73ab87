import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";

import svelteConfig from "./svelte.config.js";

const onlyBackend = {
  patterns: [{ group: ["@tauri-apps/*"], message: "Only lib/backend knows a transport." }],
};

export default ts.config(
  { ignores: ["dist", "node_modules", "src/lib/backend/bindings.ts"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...ts.configs.stylistic,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser } } },
  { files: ["*.js", "*.ts", "scripts/**"], languageOptions: { globals: { ...globals.node } } },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig } },
  },
  {
    rules: {
      "svelte/no-at-html-tags": "error",
      // Most maps and sets in a state class are local or private on purpose; what a template reads is a SvelteMap.
      "svelte/prefer-svelte-reactivity": "off",
      "svelte/button-has-type": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "no-restricted-imports": ["error", onlyBackend],
      "no-console": "error",
    },
  },
  {
    files: ["src/lib/backend/**", "scripts/**"],
    rules: { "no-restricted-imports": "off", "no-console": "off" },
  },
  {
    files: ["src/components/shared/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            ...onlyBackend.patterns,
            {
              group: ["$lib/state/*", "$components/*", "../*"],
              message: "A shared component imports nothing from a domain.",
            },
          ],
        },
      ],
    },
  },
);
