import { expect, type Locator, type Page } from "@playwright/test";

/** The settings: the list of providers, and the form for one. */
export class Settings {
  readonly rows: Locator;
  readonly connect: Locator;
  readonly form: ProviderForm;

  constructor(readonly page: Page) {
    this.rows = page.locator("[data-provider]");
    this.connect = page.getByRole("button", { name: "Connect a provider" });
    this.form = new ProviderForm(page.locator("form.provider-form"));
  }

  async open(): Promise<void> {
    await this.page.goto("/settings");
    await expect(this.page.locator("[data-known]")).toHaveCount(3);
  }

  row(id: string): ProviderRow {
    return new ProviderRow(this.page.locator(`[data-provider="${id}"]`));
  }
}

/** A provider in the list. */
export class ProviderRow {
  constructor(readonly item: Locator) {}

  /** By what it says: to whom it is read out it names the provider, too. */
  button(words: string): Locator {
    return this.item.getByRole("button").filter({ hasText: new RegExp(`^${words}$`) });
  }

  get name(): Locator {
    return this.item.locator(".provider-name");
  }

  get problem(): Locator {
    return this.item.locator(".problem").filter({ hasText: /\S/ });
  }

  /** What a test said. */
  get said(): Locator {
    return this.item.getByRole("status");
  }
}

/** How a provider is set up. */
export class ProviderForm {
  readonly service: Locator;
  readonly key: Locator;
  readonly address: Locator;
  readonly name: Locator;
  readonly models: Locator;
  readonly save: Locator;
  readonly test: Locator;
  readonly said: Locator;
  readonly problem: Locator;

  constructor(readonly form: Locator) {
    this.service = form.getByLabel("Service");
    this.key = form.getByLabel("Key");
    this.address = form.getByLabel("Address");
    this.name = form.getByLabel("Name", { exact: true });
    this.models = form.getByLabel("Models");
    this.save = form.getByRole("button", { name: "Save" });
    this.test = form.getByRole("button", { name: "Test" });
    this.said = form.getByRole("status");
    this.problem = form.getByRole("alert").filter({ hasText: /\S/ });
  }
}
