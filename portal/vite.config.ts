import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

import { bounded } from "./bounded.ts";
import { chunks } from "./chunks.ts";
import { compressed } from "./compressed.ts";

// Each page is one HTML file here and one folder under src/.
export default defineConfig({
  base: "/",
  plugins: [react(), compressed(), bounded("index.html", 300_000)],
  // The server puts a new one into each answer.
  html: { cspNonce: "__NONCE__" },
  worker: { format: "es" },
  build: {
    // Inlined assets would be data: addresses, which the content policy refuses.
    assetsInlineLimit: 0,
    // The first browsers that know light-dark().
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    chunkSizeWarningLimit: 4000,
    rollupOptions: {
      input: { portal: "index.html", graphiql: "graphiql.html" },
      output: { codeSplitting: chunks },
      onwarn(warning, warn) {
        // The React compiler left its marks in packages that are compiled already.
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") warn(warning);
      },
    },
  },
});
