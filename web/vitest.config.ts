import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const ALL = "src/**/*.test.{ts,tsx}";
/** Those that put something else in the place of a module. */
const MOCKED = "src/**/*.mocked.test.{ts,tsx}";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "~": new URL("./src", import.meta.url).pathname } },
  test: {
    environment: "jsdom",
    setupFiles: ["src/test/setup.ts"],
    restoreMocks: true,
    mockReset: true,
    pool: "threads",
    projects: [
      // One page for all of these: making one takes longer than most tests. What they leave behind, setup.ts clears.
      { extends: true, test: { name: "together", include: [ALL], exclude: [MOCKED], isolate: false } },
      { extends: true, test: { name: "apart", include: [MOCKED] } },
    ],
  },
});
