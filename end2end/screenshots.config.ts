import config from "./playwright.config";

// Pictures for people, not tests: `make screenshots`.
export default { ...config, testDir: "screenshots", workers: 1 };
