import { existsSync } from "node:fs";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import type { Page, PageAssertionsToHaveScreenshotOptions } from "@playwright/test";
import { expect, test } from "../fixtures/test";

// What a page looks like depends on the browser and on the machine's fonts. The pictures that are kept were made with some of them,
// which their folder names; elsewhere nothing can be said. `npx playwright test visual -u` makes a folder for this machine.

const WIDTHS = [390, 820, 1440];
const FENCE = "```";
/** Some of all that a reply may hold. */
const REPLY = `## A brook in numbers

A **brook** is a small stream[^1]: it *comes* from somewhere, goes \`somewhere\`, and is never still.

- its width: $w \\approx 2\\,\\mathrm{m}$
- [x] its course, and ~~its end~~ what comes after

> [!TIP]
> 溪流不息，水非前水。

| part | length | fall |
|---|--:|:-:|
| spring | 1.2 km | 40 m |
| mouth | 12 km | 3 m |

${FENCE}rust
/// How much flows by in a second.
fn flow(width: f64, depth: f64) -> f64 {
    width * depth * 0.4 // m³
}
${FENCE}

[^1]: In some places it is called a *beck*.
`;

/** Browser and fonts, in a few letters. */
async function fingerprint(page: Page): Promise<string> {
  const browser = page.context().browser()!.version().split(".")[0];
  const fonts = await page.evaluate(() => {
    const context = document.createElement("canvas").getContext("2d")!;
    const style = getComputedStyle(document.documentElement);
    const widths = ["--font", "--mono"].map((name) => {
      context.font = `160px ${style.getPropertyValue(name)}`;
      return Math.round(context.measureText("Brooklet 溪流 0123 → “x”").width);
    });
    return widths.join("-");
  });
  return `chromium-${browser}-${fonts}`;
}

/** Compares the page with its picture, where there are pictures of this browser and these fonts. */
async function looks(page: Page, name: string, options: PageAssertionsToHaveScreenshotOptions = {}): Promise<void> {
  const folder = await fingerprint(page);
  const known = existsSync(join(import.meta.dirname, "visual.spec.ts-snapshots", folder));
  const makes = test.info().config.updateSnapshots === "all" || test.info().config.updateSnapshots === "changed";
  if (!known && !makes) {
    test.info().annotations.push({ type: "picture", description: `none is kept of ${folder}` });
    return;
  }
  await expect(page).toHaveScreenshot([folder, `${name}.png`], { maxDiffPixelRatio: 0.002, ...options });
}

for (const width of WIDTHS) {
  for (const scheme of ["light", "dark"] as const) {
    test.describe(`${width} ${scheme}`, () => {
      test.use({ viewport: { width, height: width < 500 ? 844 : 1000 }, colorScheme: scheme });

      test("the design system, with nothing for axe to find", async ({ chat, page }) => {
        await page.goto("/lab/ui");
        await chat.ready();
        await expect(page.locator("[data-bench=message-complete] [data-span]").first()).toBeVisible();
        await expect(page.locator("[data-bench=message-complete] table")).toBeVisible();
        // It scrolls inside of the page; as high as it is, it is one picture.
        const height = await page.locator(".lab").evaluate((lab) => Math.ceil(lab.getBoundingClientRect().height));
        await page.setViewportSize({ width, height: height + 100 });
        expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
        await looks(page, `lab-${width}-${scheme}`, { fullPage: true });
      });
    });
  }
}

/** The main states, in each width once in English by light and once in Chinese by darkness. */
for (const width of WIDTHS) {
  for (const [locale, colorScheme] of [["en-US", "light"], ["zh-CN", "dark"]] as const) {
    test.describe(`${width} ${locale}`, () => {
      test.use({ viewport: { width, height: width < 500 ? 844 : 1000 }, colorScheme, locale });

      test("the main states", async ({ api, chat, page, upstream }) => {
        const picture = async (state: string, mask: string[] = []) => {
          await expect(page.locator("[data-notice]")).toHaveCount(0);
          await looks(page, `${state}-${width}-${locale}`, { mask: mask.map((selector) => page.locator(selector)) });
        };
        await page.goto("/");
        await chat.ready();
        await picture("welcome");

        const question = "What is a brook, and why is it never the same?";
        const { conversation } = await api.send("echo", question);
        await upstream.answered(question);
        await api.send("document", `2000 1 ${REPLY}`, conversation);
        await expect.poll(async () => (await api.messages(conversation)).at(-1)?.status).toBe("complete");
        await page.goto(`/c/${conversation}`);
        await chat.ready();
        await expect(page.locator("math")).toBeVisible();
        await expect(page.locator("[data-span]").first()).toBeVisible();
        await picture("conversation");

        await page.keyboard.press("Control+k");
        await expect(page.getByRole("dialog").getByRole("option").first()).toBeVisible();
        await picture("palette");
        await page.keyboard.press("Escape");

        await page.goto("/settings");
        await chat.ready();
        await expect(page.locator("[data-known]")).toHaveCount(3);
        // The models' server has another port each time.
        await picture("settings", [".provider-place"]);
      });
    });
  }
}
