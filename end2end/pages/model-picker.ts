import { expect, type Locator, type Page } from "@playwright/test";

/** The button that says which model answers, and the list that it opens. */
export class ModelPicker {
  readonly button: Locator;
  readonly list: Locator;
  readonly search: Locator;
  readonly options: Locator;
  readonly panel: Locator;

  constructor(page: Page) {
    this.button = page.getByRole("button", { name: /^Model:/ });
    this.panel = page.getByRole("dialog", { name: "Model" });
    this.list = this.panel.getByRole("listbox");
    this.options = this.panel.getByRole("option");
    this.search = this.panel.getByRole("combobox", { name: "Find a model" });
  }

  /** Its own row; those that were used last stand above once more. */
  option(id: string): Locator {
    return this.panel.locator(`[data-option="${id}"]`).last();
  }

  /** The option that Enter would take. */
  get active(): Locator {
    return this.panel.locator("[data-active]");
  }

  async open(): Promise<void> {
    await this.button.click();
    await expect(this.panel).toBeVisible();
  }

  async is(id: string): Promise<void> {
    await expect(this.button).toHaveAttribute("data-model", id);
  }

  /** Several, to be asked at once; the first is chosen already. */
  async add(...ids: string[]): Promise<void> {
    await this.open();
    const several = this.panel.getByRole("button", { name: "Ask several at once" });
    if ((await several.getAttribute("aria-pressed")) === "false") await several.click();
    for (const id of ids) {
      await this.option(id).click();
      await expect(this.option(id)).toHaveAttribute("aria-selected", "true");
    }
    await this.panel.press("Escape");
    await expect(this.panel).toHaveCount(0);
  }

  async choose(id: string): Promise<void> {
    await this.open();
    await this.option(id).click();
    await this.is(id);
  }
}
