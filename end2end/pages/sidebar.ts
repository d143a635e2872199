import type { Locator, Page } from "@playwright/test";

/** The list of conversations. */
export class Sidebar {
  readonly nav: Locator;
  readonly rows: Locator;

  constructor(page: Page) {
    this.nav = page.getByRole("navigation", { name: "Conversations" });
    this.rows = this.nav.getByRole("listitem");
  }

  row(title: string | RegExp): Locator {
    return this.rows.filter({ hasText: title });
  }

  link(title: string | RegExp): Locator {
    return this.row(title).getByRole("link");
  }
}
