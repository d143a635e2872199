import { expect, type Locator, type Page } from "@playwright/test";
import { ModelPicker } from "./model-picker";

/** The page of one conversation, or of none yet. */
export class ChatPage {
  readonly composer: Locator;
  readonly send: Locator;
  readonly stop: Locator;
  readonly model: ModelPicker;
  /** All replies that are shown, from the oldest. */
  readonly replies: Locator;
  /** What people said. */
  readonly questions: Locator;
  /** The words of what people said. */
  readonly said: Locator;
  /** Why the draft was not sent: something went wrong. */
  readonly problem: Locator;
  /** Why the draft waits: nothing went wrong. */
  readonly words: Locator;
  /** Messages that wait to be sent. */
  readonly queued: Locator;
  /** What they wait for. */
  readonly queueWords: Locator;
  /** What scrolls. */
  readonly thread: Locator;
  readonly toEnd: Locator;
  /** What is said of the connection. */
  readonly notice: Locator;

  constructor(readonly page: Page) {
    this.composer = page.getByRole("textbox", { name: "Your message" });
    this.send = page.getByRole("button", { name: /^Send/ });
    this.stop = page.getByRole("button", { name: /^Stop/ });
    this.model = new ModelPicker(page);
    this.problem = page.locator("form.composer").getByRole("alert").filter({ hasText: /\S/ });
    this.words = page.locator(".composer-words").filter({ hasText: /\S/ });
    this.queued = page.getByRole("list", { name: "Messages that wait" }).getByRole("listitem");
    this.queueWords = page.locator(".queue-words");
    this.thread = page.getByRole("region", { name: "Messages" });
    this.toEnd = page.getByRole("button", { name: /^To the end/ });
    this.notice = page.locator("[data-notice]");
    this.replies = page.locator('article[data-message][data-role="assistant"]');
    this.questions = page.locator('article[data-message][data-role="user"]');
    this.said = this.questions.locator("[data-part=text]");
  }

  /** The last reply. */
  get reply(): Reply {
    return new Reply(this.replies.last());
  }

  /** The last message of the person. */
  get question(): Message {
    return new Message(this.questions.last());
  }

  /** The message with this id. */
  message(id: string): Message {
    return new Message(this.page.locator(`article[data-message="${id}"]`));
  }

  /** Pixels between what is seen and the end of the thread. */
  fromEnd(): Promise<number> {
    return this.thread.evaluate((thread) => Math.round(thread.scrollHeight - thread.clientHeight - thread.scrollTop));
  }

  /** Pixels from the top of the window to the top of something. */
  async topOf(part: Locator): Promise<number> {
    return Math.round(await part.evaluate((part) => part.getBoundingClientRect().top));
  }

  async open(conversation?: string): Promise<void> {
    await this.page.goto(conversation ? `/c/${conversation}` : "/");
    await this.ready();
  }

  /** The page has woken up: before that it can be read, and nothing else. */
  async ready(): Promise<void> {
    await expect(this.page.locator("[data-ready]")).toBeAttached();
  }

  /** What the composer needs only while somebody writes has come. */
  async laterIsHere(): Promise<void> {
    await expect(this.page.locator(".composer-box > [role=status]")).toBeAttached();
  }

  /** A model of the scripted upstream, by its name there. */
  async choose(model: string): Promise<void> {
    await this.pick(`openai/${model}`);
  }

  /** Any model, by its id. */
  async pick(id: string): Promise<void> {
    await this.model.choose(id);
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

  /** Notes what is said of the connection from now on; what it gives tells the names of all that was said. */
  async noteNotices(): Promise<() => Promise<string[]>> {
    await this.page.evaluate(() => {
      const noted: string[] = [];
      Object.assign(window, { noted });
      new MutationObserver((changes) => {
        for (const { target } of changes) noted.push((target as HTMLElement).dataset.notice ?? "");
      }).observe(document, { subtree: true, attributeFilter: ["data-notice"] });
    });
    return () => this.page.evaluate(() => (window as unknown as { noted: string[] }).noted.filter(Boolean));
  }

  get conversation(): string {
    return new URL(this.page.url()).pathname.replace("/c/", "");
  }
}

/** A message on the page. */
export class Message {
  readonly text: Locator;
  readonly copy: Locator;
  readonly edit: Locator;
  /** Which of its versions is shown: "2 / 3". */
  readonly version: Locator;
  readonly earlier: Locator;
  readonly later: Locator;
  /** Where it is edited. */
  readonly editor: Locator;

  constructor(readonly article: Locator) {
    this.text = article.locator("[data-part=text]");
    // Code in the message has a button of that name as well.
    this.copy = article.locator("[data-action=copy]");
    this.edit = article.getByRole("button", { name: "Edit" });
    this.version = article.getByRole("group", { name: "Versions" });
    this.earlier = article.getByRole("button", { name: "Earlier version" });
    this.later = article.getByRole("button", { name: "Later version" });
    this.editor = article.getByRole("textbox", { name: "Edit your message" });
  }

  async id(): Promise<string> {
    return (await this.article.getAttribute("data-message"))!;
  }

  /** Waits until the state is this one. */
  async is(status: "waiting" | "streaming" | "complete" | "stopped" | "failed" | "interrupted"): Promise<void> {
    await expect(this.article).toHaveAttribute("data-status", status);
  }

  /** Waits until the text is this one, exactly. */
  async says(text: string): Promise<void> {
    await expect.poll(() => this.exactly()).toBe(text);
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

/** A reply on the page. */
export class Reply extends Message {
  /** The small button, or the one beside the words that say what went wrong. */
  readonly regenerate: Locator;
  readonly reasoning: Locator;
  /** Its model's name, which opens what is known of it. */
  readonly about: Locator;
  readonly facts: Locator;

  constructor(article: Locator) {
    super(article);
    this.about = article.locator("[data-action=about]");
    this.facts = article.locator(".message-facts");
    this.regenerate = article.getByRole("button", { name: /^(Regenerate|Try again)/ });
    this.reasoning = article.locator("details.message-reasoning");
  }

  /** Waits until the reply says this. It is Markdown: white space is the layout's. */
  async says(text: string): Promise<void> {
    const joined = (text: string) => text.replace(/\s/g, "");
    await expect.poll(async () => joined(await this.exactly())).toBe(joined(text));
  }
}
