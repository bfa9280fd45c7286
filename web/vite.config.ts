import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressed } from "./build/compressed.ts";
import { emoji } from "./build/emoji.ts";
import { pages } from "./build/pages.ts";

/** The desk that a development server asks. */
const DESK = process.env.ROOMDESK_URL ?? "http://127.0.0.1:8080";

/**
 * What every page needs, what whatever pops up needs, and what several pages share: one file each. A browser asks for six
 * files at once, and small ones cost it as long as large ones.
 */
const GROUPS = [
  // It would draw all of the others into what begins the page.
  { name: "load", test: /vite.preload-helper/, priority: 1 },
  {
    name: "base",
    test: /node_modules.(react|react-dom|scheduler|@tanstack.(query|history|router|store|react-(query|router|store))[^/]*|i18next|use-sync-external-store|openapi-fetch|@base-ui.react.(esm.)?csp-provider|socket\.io-[^/]*|engine\.io-[^/]*)\//,
  },
  { name: "popups", test: /node_modules.(@base-ui|@floating-ui|tabbable|reselect)\// },
  {
    name: "common",
    test: /src.(features.tickets.ticketSearch|(api|hooks|services|session|ui).(?!Dialog|MenuPopup|NewsList|PopoverPanel|Switch))/,
    minShareCount: 2,
  },
];

export default defineConfig({
  plugins: [react(), tailwindcss(), emoji(), pages(), compressed()],
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
