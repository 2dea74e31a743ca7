/** Builds the page into `dist`, which the server serves; Plotly is its own chunk, loaded with the first figure. */
import react from "@vitejs/plugin-react";
import { loadEnv } from "vite";
import { defineConfig } from "vitest/config";

export default defineConfig(({ mode }) => ({
  plugins: [react()],
  server: { host: "127.0.0.1", proxy: { "/api": { target: serverOf(mode), changeOrigin: false } } },
  build: {
    outDir: "dist",
    target: "es2023",
    cssTarget: ["chrome123", "firefox121", "safari17.5"], // they know light-dark() themselves
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1600,
  },
  test: {
    environment: "jsdom",
    setupFiles: ["src/test-setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    testTimeout: 60_000,
  },
}));

/** While developing, the page is Vite's and the answers are those of a running server. */
function serverOf(mode: string): string {
  return loadEnv(mode, ".", "PHASESCOPE_")["PHASESCOPE_URL"] ?? "http://127.0.0.1:8787";
}
