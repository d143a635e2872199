import { expect, type Locator, type Page } from "@playwright/test";

/** The page of one conversation, or of none yet. */
export class ChatPage {
  readonly composer: Locator;
  readonly send: Locator;
  readonly stop: Locator;
  readonly model: Locator;
  /** All replies that are shown, from the oldest. */
  readonly replies: Locator;
  /** What people said. */
  readonly questions: Locator;
  /** Why the draft was not sent. */
  readonly problem: Locator;

  constructor(readonly page: Page) {
    this.composer = page.getByRole("textbox", { name: "Your message" });
    this.send = page.getByRole("button", { name: /^Send/ });
    this.stop = page.getByRole("button", { name: /^Stop/ });
    this.model = page.getByRole("combobox", { name: "Model" });
    this.problem = page.locator("form.composer").getByRole("alert").filter({ hasText: /\S/ });
    this.replies = page.locator('article[data-message][data-role="assistant"]');
    this.questions = page.locator('article[data-message][data-role="user"]');
  }

  /** The last reply. */
  get reply(): Reply {
    return new Reply(this.replies.last());
  }

  async open(conversation?: string): Promise<void> {
    await this.page.goto(conversation ? `/c/${conversation}` : "/");
    await this.ready();
  }

  /** The page has woken up: before that it can be read, and nothing else. */
  async ready(): Promise<void> {
    await expect(this.page.locator("[data-ready]")).toBeAttached();
  }

  /** A model of the scripted upstream, by its name there. */
  async choose(model: string): Promise<void> {
    await this.model.selectOption(`openai/${model}`);
  }

  async say(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press("Enter");
  }

  /** Asks in a new conversation; gives its id when the page has moved there. */
  async ask(model: string, text: string): Promise<string> {
    await this.choose(model);
    await this.say(text);
    await this.page.waitForURL(/\/c\/[0-9a-f-]{36}$/);
    return this.conversation;
  }

  /** How often the page had to read the conversation anew because an event did not fit. */
  async askedAgain(): Promise<number> {
    return Number(await this.page.locator("[data-asked-again]").getAttribute("data-asked-again"));
  }

  get conversation(): string {
    return new URL(this.page.url()).pathname.replace("/c/", "");
  }
}

/** A reply on the page. */
export class Reply {
  readonly text: Locator;
  readonly copy: Locator;
  readonly regenerate: Locator;

  constructor(readonly article: Locator) {
    this.text = article.locator("[data-part=text]");
    // Its name tells what it does or has just done.
    this.copy = article.getByRole("button", { name: /^Cop(y|ied)$/ });
    this.regenerate = article.getByRole("button", { name: "Regenerate" });
  }

  /** Waits until the state is this one. */
  async is(status: "waiting" | "streaming" | "complete" | "stopped" | "failed" | "interrupted"): Promise<void> {
    await expect(this.article).toHaveAttribute("data-status", status);
  }

  /** Waits until the text is this one. White space is the layout's: it is compared as one space. */
  async says(text: string): Promise<void> {
    const spaced = (text: string) => text.replace(/\s+/g, " ").trim();
    await expect.poll(async () => spaced(await this.exactly())).toBe(spaced(text));
  }

  /** The text as it stands in the page, without the layout's view of spaces. */
  async exactly(): Promise<string> {
    return (await this.text.allTextContents()).join("");
  }

  /** What the Copy button puts into the clipboard. */
  async copied(): Promise<string> {
    const page = this.article.page();
    await page.evaluate(() => navigator.clipboard.writeText("nothing was copied"));
    await this.copy.click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).not.toBe("nothing was copied");
    return page.evaluate(() => navigator.clipboard.readText());
  }
}
