import { existsSync } from "node:fs";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures/test";

// What a page looks like depends on the browser and on the machine's fonts. The pictures that are kept were made with some of them,
// which their folder names; elsewhere nothing can be said. `npx playwright test visual -u` makes a folder for this machine.

const WIDTHS = [390, 820, 1440];

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
async function looks(page: Page, name: string): Promise<void> {
  const folder = await fingerprint(page);
  const known = existsSync(join(import.meta.dirname, "visual.spec.ts-snapshots", folder));
  const makes = test.info().config.updateSnapshots === "all" || test.info().config.updateSnapshots === "changed";
  if (!known && !makes) {
    test.info().annotations.push({ type: "picture", description: `none is kept of ${folder}` });
    return;
  }
  await expect(page).toHaveScreenshot([folder, `${name}.png`], { fullPage: true, maxDiffPixelRatio: 0.002 });
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
        await looks(page, `lab-${width}-${scheme}`);
      });
    });
  }
}
