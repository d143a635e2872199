import { expect, type Locator, type Page } from "@playwright/test";

/** The Markdown of the last reply. */
export class Markdown {
  readonly block: Locator;
  readonly tables: Locator;
  readonly code: Locator;
  readonly copyCode: Locator;
  readonly wrapCode: Locator;
  readonly numberLines: Locator;
  readonly saveCode: Locator;
  readonly copyCsv: Locator;

  constructor(readonly page: Page) {
    this.block = page.locator('article[data-role="assistant"] .markdown[data-part=text]').last();
    this.tables = this.block.getByRole("group", { name: "Table" });
    this.code = this.block.locator("figure.code");
    // Its name tells what it has just done.
    this.copyCode = this.code.first().getByRole("button", { name: /^Cop(y|ied)$/ });
    this.wrapCode = this.code.first().getByRole("button", { name: "Wrap lines" });
    this.numberLines = this.code.first().getByRole("button", { name: "Line numbers" });
    this.saveCode = this.code.first().getByRole("button", { name: "Download" });
    this.copyCsv = this.block.getByRole("button", { name: "Copy as CSV" }).first();
  }

  /** All that is drawn, as HTML. */
  async html(): Promise<string> {
    return this.block.evaluate((block) => block.innerHTML);
  }

  /** Waits until no code waits for its colours, as far as one can see. */
  async coloured(): Promise<void> {
    await expect(this.code.locator("code [data-span]").first()).toBeAttached();
  }

  /** Pixels by which something is wider than it shows. */
  async hiddenWidth(part: Locator): Promise<number> {
    return part.evaluate((part) => part.scrollWidth - part.clientWidth);
  }

  /** Counts frames and the longest time in which the page did not answer, from now on. */
  async watchPace(): Promise<void> {
    await this.page.evaluate(() => {
      const pace = { longest: 0 };
      (window as unknown as { pace: typeof pace }).pace = pace;
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) pace.longest = Math.max(pace.longest, duration);
      }).observe({ entryTypes: ["longtask"] });
    });
  }

  /** The longest task since then, in milliseconds. */
  async longestTask(): Promise<number> {
    return this.page.evaluate(() => (window as unknown as { pace: { longest: number } }).pace.longest);
  }
}
