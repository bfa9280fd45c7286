import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressed } from "./build/compressed.ts";
import { emoji } from "./build/emoji.ts";

/** The desk that a development server asks. */
const DESK = process.env.ROOMDESK_URL ?? "http://127.0.0.1:8080";

/**
 * What every page needs, and what whatever pops up needs, one file each: a browser asks for six files at once, and small
 * ones cost it as long as large ones.
 */
const GROUPS = [
  {
    name: "base",
    test: /node_modules.(react|react-dom|scheduler|@tanstack.(query|history|router|store|react-(query|router|store))[^/]*|i18next|react-i18next|use-sync-external-store|openapi-fetch|@base-ui.react.(esm.)?csp-provider|socket\.io-[^/]*|engine\.io-[^/]*)\//,
  },
  { name: "popups", test: /node_modules.(@base-ui|@floating-ui|tabbable|reselect)\// },
];

export default defineConfig({
  plugins: [react(), tailwindcss(), emoji(), compressed()],
  resolve: { alias: { "~": new URL("./src", import.meta.url).pathname } },
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    sourcemap: false,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups: GROUPS } } },
  },
  server: { proxy: { "/api": DESK, "/socket.io": { target: DESK, ws: true } } },
});
