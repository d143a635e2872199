import config from "./playwright.config";

// What drawing a reply costs the browser: `make bench-page`. Figures for people, not tests.
export default { ...config, testDir: "bench", workers: 1, timeout: 900_000, expect: { timeout: 600_000 } };
