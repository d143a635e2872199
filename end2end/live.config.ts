import config from "./playwright.config";

// Journeys with real providers, which cost their owner something: `make live`.
export default { ...config, testDir: "live", workers: 1, timeout: 300_000, expect: { timeout: 90_000 } };
