import { expect, type Locator, type Page } from "@playwright/test";

/** The list of conversations. On a phone it is a drawer, which `open` opens. */
export class Sidebar {
  readonly nav: Locator;
  readonly rows: Locator;
  readonly days: Locator;
  readonly newChat: Locator;
  /** What opens the drawer on a phone. */
  readonly opener: Locator;
  /** Collapses and expands it on a wide window. */
  readonly rail: Locator;
  /** The title that is being written. */
  readonly field: Locator;
  readonly toast: Locator;

  constructor(readonly page: Page) {
    this.nav = page.getByRole("navigation", { name: "Conversations" });
    // Also in a drawer that is closed, or just closing.
    this.rows = page.getByRole("navigation", { name: "Conversations", includeHidden: true }).getByRole("listitem", { includeHidden: true });
    this.days = this.nav.getByRole("heading");
    this.newChat = this.nav.getByRole("link", { name: "New chat" });
    this.opener = page.getByRole("button", { name: "Show conversations" });
    this.rail = this.nav.getByRole("button", { name: /the sidebar$/ });
    this.field = this.nav.getByRole("textbox", { name: "Title" });
    this.toast = page.locator(".toast");
  }

  row(title: string | RegExp): Locator {
    return this.rows.filter({ hasText: title });
  }

  link(title: string | RegExp): Locator {
    return this.row(title).getByRole("link");
  }

  menu(title: string | RegExp): Locator {
    return this.row(title).getByRole("button", { name: /^Options of/ });
  }

  /** On a phone the list has to be opened first; elsewhere it is there. */
  async open(): Promise<void> {
    if (await this.opener.isVisible()) await this.opener.click();
    await expect(this.nav).toBeVisible();
  }

  async choose(title: string | RegExp, item: "Rename" | "Delete"): Promise<void> {
    await this.menu(title).click();
    await this.item(item).click();
  }

  /** Of the menu that is open. */
  item(name: "Rename" | "Delete"): Locator {
    return this.page.getByRole("menuitem", { name });
  }

  async rename(title: string | RegExp, to: string): Promise<void> {
    await this.choose(title, "Rename");
    await this.field.fill(to);
    await this.field.press("Enter");
  }

  async undo(): Promise<void> {
    await this.toast.getByRole("button", { name: "Undo" }).click();
  }
}
