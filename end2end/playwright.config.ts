import { defineConfig } from "@playwright/test";
import { chromiumArgs, chromiumEnv, chromiumPath } from "./fixtures/chromium";

// Each journey has its own server, its own model and its own data folder, so they run side by side, and none is tried twice:
// a journey that fails sometimes has found something.
export default defineConfig({
  testDir: "tests",
  globalSetup: "./fixtures/binaries.ts",
  outputDir: "test-results",
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: !!process.env.CI,
  reporter: [["list"]],
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: {
    browserName: "chromium",
    launchOptions: { executablePath: chromiumPath(), args: chromiumArgs, env: chromiumEnv },
    actionTimeout: 15_000,
    navigationTimeout: 15_000,
    trace: "off",
    video: "off",
    screenshot: "off",
  },
});
