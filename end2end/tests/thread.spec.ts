import AxeBuilder from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import type { Api } from "../fixtures/api";
import { sizes } from "../fixtures/sizes";
import { expect, NETWORK, test } from "../fixtures/test";
import type { Upstream } from "../fixtures/upstream";

const long = Array.from({ length: 120 }, (_, n) => `line ${n}`).join("\n");

/** A conversation whose last reply is much longer than any window. */
async function longTalk(api: Api, upstream: Upstream): Promise<string> {
  const { conversation } = await api.send("echo", long);
  await upstream.answered(long);
  await expect.poll(async () => (await api.messages(conversation)).at(-1)?.status).toBe("complete");
  return conversation;
}

/** Turns the wheel over something, and waits until nothing moves any more. */
async function turn(page: Page, over: Locator, pixels: number): Promise<void> {
  await over.evaluate((element, pixels) => element.scrollBy(0, pixels), pixels);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

for (const [size, use] of Object.entries(sizes)) {
  test.describe(size, () => {
    test.use(use);

    test("a conversation opens at its end, and the server's page is there already", async ({ api, browser, baseURL, chat, upstream }) => {
      const conversation = await longTalk(api, upstream);
      await chat.open(conversation);
      expect(await chat.fromEnd()).toBeLessThanOrEqual(2);
      // The same page, before anything has woken up.
      const asleep = await browser.newContext({ ...use, baseURL });
      const page = await asleep.newPage();
      await page.route(/\.wasm/, () => {});
      await page.goto(`/c/${conversation}`, { waitUntil: "commit" });
      await expect(page.getByText("line 119").last()).toBeInViewport();
      await asleep.close();
    });

    test("the view follows the end, stays where a reader is, and goes back by a button", async ({ api, chat, page, upstream }) => {
      const conversation = await longTalk(api, upstream);
      await chat.open(conversation);
      await chat.choose("gated");
      const words = Array.from({ length: 60 }, (_, n) => `word${n}\n\n`).join(" ").trim();
      await chat.say(words);
      await upstream.release(words, 40);
      await expect(chat.reply.text).toContainText("word39");
      await expect.poll(() => chat.fromEnd(), "it follows").toBeLessThanOrEqual(2);
      await expect(chat.toEnd).toHaveCount(0);

      await turn(page, chat.thread, -40);
      await expect(chat.toEnd).toBeVisible();
      const line = chat.reply.text.getByText("word20", { exact: false }).first();
      const before = await chat.topOf(line);
      await upstream.release(words, 20);
      await expect(chat.reply.text).toContainText("word59");
      expect(await chat.topOf(line), "nothing moved under the reader").toBe(before);
      await expect(page.getByRole("button", { name: "something new was written" })).toBeVisible();

      await chat.toEnd.click();
      await expect.poll(() => chat.fromEnd()).toBeLessThanOrEqual(2);
      await expect(chat.toEnd).toHaveCount(0);
      await upstream.release(words);
      await chat.reply.is("complete");
      await expect.poll(() => chat.fromEnd()).toBeLessThanOrEqual(2);
    });

    test("older messages come without moving what is read", async ({ api, chat, page, upstream }) => {
      let conversation: string | undefined;
      for (let n = 0; n < 60; n++) {
        ({ conversation } = await api.send("echo", `question ${n}`, conversation));
        await upstream.answered(`question ${n}`);
        await expect.poll(async () => (await api.messages(conversation!)).at(-1)?.status).toBe("complete");
      }
      await chat.open(conversation);
      await expect(chat.questions).toHaveCount(50);
      // By themselves, before a reader is there; who jumps to the very top finds them above.
      const first = chat.questions.first();
      const same = page.locator(`[data-message="${await first.getAttribute("data-message")}"]`);
      const before = await first.evaluate((first) => {
        first.closest(".thread")!.scrollTo(0, 1);
        return Math.round(first.getBoundingClientRect().top);
      });
      await expect(chat.questions).toHaveCount(60);
      await expect.poll(async () => Math.abs((await chat.topOf(same)) - before)).toBeLessThanOrEqual(2);
      await expect(page.getByRole("button", { name: "Show older messages" }), "all is read").toHaveCount(0);
    });

    test("older messages that did not come are asked for by a press", async ({ api, chat, page, upstream, watch, wire }) => {
      watch.expect(NETWORK);
      let conversation: string | undefined;
      for (let n = 0; n < 51; n++) {
        ({ conversation } = await api.send("whole", `question ${n}`, conversation));
        await upstream.answered(`question ${n}`);
        await expect.poll(async () => (await api.messages(conversation!)).at(-1)?.status).toBe("complete");
      }
      await page.goto(`${wire.url}/c/${conversation}`);
      await chat.ready();
      await page.route("**/api/get_conversation", (route) => route.abort());
      await chat.thread.evaluate((thread) => thread.scrollTo(0, 0));
      await expect(page.locator(".thread-older").getByRole("alert")).toContainText("cannot be reached");
      await page.unroute("**/api/get_conversation");
      const older = page.getByRole("button", { name: "Show older messages" });
      await older.focus();
      await page.keyboard.press("Enter");
      await expect(chat.questions).toHaveCount(51);
      await expect(older).toHaveCount(0);
      await expect(page.locator("article:focus"), "the focus is where the reading goes on").toHaveCount(1);
    });

    test("the reader's place is kept over a look elsewhere, back by the browser, and over a reload", async ({ api, chat, page, upstream }) => {
      const conversation = await longTalk(api, upstream);
      const { conversation: other } = await api.send("echo", "somewhere else");
      await upstream.answered("somewhere else");
      await chat.open(conversation);
      await turn(page, chat.thread, -400);
      const line = chat.reply.text;
      const before = await chat.topOf(line);
      await chat.open(other);
      await page.goBack();
      await chat.ready();
      await expect.poll(() => chat.topOf(line)).toBe(before);
      await page.reload();
      await chat.ready();
      await expect.poll(() => chat.topOf(line)).toBe(before);
    });

    test("a question that was asked stands in the upper part, and a short reply moves nothing", async ({ api, chat, upstream }) => {
      const conversation = await longTalk(api, upstream);
      await chat.open(conversation);
      await chat.choose("gated");
      await chat.say("four short words here");
      await upstream.release("four short words here", 1);
      await chat.reply.says("four ");
      const before = await chat.topOf(chat.question.article);
      const { y, height } = (await chat.thread.boundingBox())!;
      expect(before - y).toBeLessThan(height / 2);
      await upstream.release("four short words here", 4);
      await chat.reply.is("complete");
      expect(await chat.topOf(chat.question.article)).toBe(before);
    });

    test("what can be done with a message is always there on the newest reply", async ({ chat, page }) => {
      await chat.open();
      await chat.ask("echo", "some words");
      await chat.reply.is("complete");
      await page.mouse.move(1, 1);
      for (const button of [chat.reply.copy, chat.reply.regenerate]) {
        await expect(button).toBeVisible();
        await expect.poll(() => button.evaluate((button) => getComputedStyle(button).opacity)).toBe("1");
      }
      await chat.reply.about.click();
      await expect(chat.reply.facts).toContainText(/Model\s*openai\/echo\s*Read\s*7 tokens\s*Written\s*2 tokens\s*First word\s*after (less than )?\d+\.\d s/);
      await chat.reply.about.click();
      await expect(chat.reply.facts).toHaveCount(0);
    });
  });
}

test("text stays selected while the reply grows, and the view stays with it", async ({ api, chat, page, upstream }) => {
  const conversation = await longTalk(api, upstream);
  await chat.open(conversation);
  await chat.choose("gated");
  const words = "keep these words selected " + "\n\nmore\n\nand more".repeat(20);
  await chat.say(words);
  await upstream.release(words, 4);
  await chat.reply.says("keep these words selected ");
  await chat.reply.text.evaluate((text) => {
    const node = document.createTreeWalker(text, NodeFilter.SHOW_TEXT).nextNode()!;
    getSelection()!.setBaseAndExtent(node, 5, node, 16);
  });
  const before = await chat.topOf(chat.reply.text);
  await upstream.release(words, 41);
  await chat.reply.is("complete");
  expect(await page.evaluate(() => String(getSelection()))).toBe("these words");
  expect(await chat.topOf(chat.reply.text)).toBe(before);
});

test("thoughts are folded, with their time, and never open by themselves", async ({ chat, page, upstream }) => {
  await chat.open();
  await chat.ask("think", "say this");
  await chat.reply.is("complete");
  await upstream.answered("say this");
  const summary = chat.reply.reasoning.locator("summary");
  await expect(summary).toHaveText(/^Thought for (a moment|\d+ s)$/);
  await expect(chat.reply.reasoning).not.toHaveAttribute("open");
  await summary.click();
  await expect(chat.reply.reasoning).toHaveAttribute("open", "");
  await page.reload();
  await chat.ready();
  await expect(summary, "the same time from the server").toHaveText(/^Thought for (a moment|\d+ s)$/);
});

test("while a model thinks the time goes on, and the thoughts stay folded", async ({ chat, page, upstream }) => {
  await chat.open();
  await chat.ask("ponder", "say this");
  await upstream.release("say this", 2);
  const summary = chat.reply.reasoning.locator("summary");
  await expect(summary).toHaveText(/^Thinking… \d+ s$/);
  await expect(summary).toHaveText(/^Thinking… [2-9] s$/);
  // Whoever comes later sees the time that has passed, not that of the visit.
  await page.reload();
  await chat.ready();
  await expect(summary).toHaveText(/^Thinking… ([2-9]|\d\d) s$/);
  await upstream.release("say this", 20);
  await chat.reply.is("complete");
  await expect(summary).toHaveText(/^Thought for \d+ s$/);
  await expect(chat.reply.reasoning).not.toHaveAttribute("open");
});

test("the reader's place is kept on the way to another conversation and back, without a reload", async ({ api, chat, page, sidebar, upstream }) => {
  const conversation = await longTalk(api, upstream);
  await api.send("echo", "somewhere else");
  await upstream.answered("somewhere else");
  await chat.open(conversation);
  await turn(page, chat.thread, -400);
  const before = await chat.topOf(chat.reply.text);
  await sidebar.link("somewhere else").click();
  await chat.reply.says("somewhere else");
  await page.goBack();
  await expect(chat.reply.text).toContainText("line 119");
  await expect.poll(() => chat.topOf(chat.reply.text)).toBe(before);
});

test("with the keyboard alone: pages turn from an empty composer, and what is typed stays typed", async ({ api, chat, page, upstream }) => {
  const conversation = await longTalk(api, upstream);
  await chat.open(conversation);
  await expect(chat.composer).toBeFocused();
  await page.keyboard.press("PageUp");
  expect(await chat.fromEnd()).toBeGreaterThan(300);
  await page.keyboard.press("PageDown");
  await expect.poll(() => chat.fromEnd()).toBeLessThanOrEqual(2);
  await page.keyboard.type("x");
  await page.keyboard.press("PageUp");
  expect(await chat.fromEnd()).toBeLessThanOrEqual(2);
  await page.keyboard.press("Escape");
  await expect(chat.thread, "out of the text field, the keys scroll what is read").toBeFocused();
  await page.keyboard.press("Home");
  await expect.poll(() => chat.fromEnd()).toBeGreaterThan(300);
});

test("axe finds nothing while a message is edited, has versions, failed, or could not be copied", async ({ chat, page }) => {
  const findings = async () => {
    const { violations } = await new AxeBuilder({ page }).analyze();
    return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html}`));
  };
  await page.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"));
    navigator.clipboard.write = navigator.clipboard.writeText as never;
    document.execCommand = () => false;
  });
  await chat.open();
  await chat.ask("think", "some words");
  await chat.reply.is("complete");
  await chat.reply.regenerate.click();
  await expect(chat.reply.version).toContainText("2 / 2");
  await chat.reply.is("complete");
  await chat.reply.copy.click();
  await expect(chat.reply.article.getByRole("alert")).toBeVisible();
  expect(await findings(), "versions, and a copy by hand").toEqual([]);
  await chat.choose("cut");
  await chat.say("and break off");
  await chat.reply.is("interrupted");
  await chat.question.article.hover();
  await chat.question.edit.click();
  await expect(chat.question.editor).toBeFocused();
  expect(await findings(), "an edit above a reply that broke off").toEqual([]);
});

test("code that the clipboard does not take is selected, and the block keeps its shape", async ({ chat, context, page }) => {
  await context.clearPermissions();
  await page.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"));
    navigator.clipboard.write = navigator.clipboard.writeText as never;
    document.execCommand = () => false;
  });
  await chat.open();
  await chat.ask("document", "200 1 ```rust\nlet brook = 1;\n```\n");
  await chat.reply.is("complete");
  const button = chat.reply.text.getByRole("button", { name: "Copy" });
  const before = await button.boundingBox();
  await button.click();
  await expect(page.getByText("The code is selected: copy it by hand")).toBeVisible();
  expect(await page.evaluate(() => String(getSelection()))).toBe("let brook = 1;");
  expect(await button.boundingBox()).toEqual(before);
});

test("a clipboard that is refused says so, and offers the text selected", async ({ chat, context, page }) => {
  await context.clearPermissions();
  await page.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"));
    navigator.clipboard.write = navigator.clipboard.writeText as never;
    document.execCommand = () => false;
  });
  const question = "exactly  this,\n\n中文 too";
  await chat.open();
  await chat.ask("echo", question);
  await chat.reply.is("complete");
  await chat.reply.copy.click();
  await expect(chat.reply.article.getByRole("alert")).toContainText("copy it by hand");
  const area = chat.reply.article.getByRole("textbox", { name: "The text to copy" });
  await expect(area).toBeFocused();
  const selected = await area.evaluate((area: HTMLTextAreaElement) => area.value.slice(area.selectionStart, area.selectionEnd));
  expect(selected).toBe(question);
  await chat.reply.article.getByRole("button", { name: "Dismiss" }).click();
  await expect(area).toHaveCount(0);
});

test("a failed reply says what to do and is tried again by one press, also when it is an older one", async ({ api, chat, upstream }) => {
  await chat.open();
  const conversation = await chat.ask("refuse-500", "please answer");
  await chat.reply.is("failed");
  expect(await chat.reply.article.textContent()).toMatch(/The reply failed\. .*the model is on fire/i);
  await expect(chat.reply.copy, "there is nothing to copy").toHaveCount(0);
  await chat.choose("echo");
  await chat.say("another question");
  await chat.reply.is("complete");

  const failed = chat.replies.first();
  await failed.getByRole("button", { name: "Try again" }).click();
  await expect(chat.questions).toHaveCount(1);
  await chat.reply.is("complete");
  await chat.reply.says("please answer");
  await expect(chat.reply.version).toContainText("2 / 2");
  await upstream.answered("please answer");
  expect(await api.messages(conversation)).toHaveLength(2);
});

test("a reply that broke off reads as words with spaces between them", async ({ chat }) => {
  await chat.open();
  await chat.ask("cut", "say a lot");
  await chat.reply.is("interrupted");
  expect(await chat.reply.article.textContent()).toMatch(/The reply broke off\. [A-Z]/);
  await expect(chat.reply.article.getByRole("button", { name: "Continue" })).toBeVisible();
});

test("a reply that ends unseen is marked, and looking at it takes the mark away", async ({ api, chat, browserWindow, baseURL, upstream }) => {
  const sent = await api.send("gated", "look at me");
  await upstream.asked("look at me");
  type List = { conversations: { conversation: string; unread?: boolean }[] };
  const unread = async () => {
    const { conversations } = await api.call<List>("list_conversations", {});
    return conversations.find(({ conversation }) => conversation === sent.conversation)?.unread ?? false;
  };
  // A tab that is hidden looks at nothing.
  const tab = await browserWindow.context.newPage();
  await tab.goto(`${baseURL}/c/${sent.conversation}`);
  await expect(tab.locator("[data-ready]")).toBeAttached();
  const other = await browserWindow.context.newPage();
  expect(await tab.evaluate(() => document.visibilityState)).toBe("hidden");
  await upstream.release("look at me", 4);
  await upstream.answered("look at me");
  await expect.poll(unread).toBe(true);
  await other.close();
  await tab.bringToFront();
  await expect.poll(unread).toBe(false);

  // Before somebody's eyes it is never unread for long.
  await chat.open(sent.conversation);
  await chat.choose("echo");
  await chat.say("and again");
  await chat.reply.is("complete");
  await expect.poll(unread).toBe(false);
});

test("with 2,000 messages the newest hundred are shown at once", async ({ api, chat, page, upstream }) => {
  test.slow();
  let conversation: string | undefined;
  for (let n = 0; n < 1000; n++) {
    // Refused as long as the reply before it is being written.
    const sent = () => api.send("whole", `n${n}`, conversation).then((sent) => (conversation = sent.conversation));
    await expect(() => sent()).toPass({ intervals: [5] });
  }
  await expect.poll(async () => (await api.messages(conversation!)).at(-1)?.status).toBe("complete");
  await chat.open(conversation);
  await expect(chat.replies).toHaveCount(50);
  await chat.reply.says("n999");
  await chat.choose("echo");
  await chat.say("still quick");
  await chat.reply.says("still quick");
  // What a switch costs: from one conversation to another and back, drawn.
  const { conversation: other } = await api.send("echo", "a short one");
  await upstream.answered("a short one");
  const link = (id: string) => page.locator(`a[href="/c/${id}"]`).first();
  const times: number[] = [];
  for (const [id, text] of [[other, "a short one"], [conversation!, "still quick"]] as const) {
    const began = performance.now();
    await link(id).click();
    await chat.reply.says(text);
    times.push(Math.round(performance.now() - began));
  }
  test.info().annotations.push({ type: "switch", description: `to 2 messages ${times[0]} ms, to the newest 100 of 2,000 ${times[1]} ms` });
});

test("why a model stopped is told, with what can be done", async ({ api, chat, upstream }) => {
  for (const [reason, words] of [
    ["length", "The model stopped here: it writes no more at once."],
    ["content_filter", "The provider’s filter stopped the reply here. Say it in other words, or choose another model."],
    ["tool_calls", "The model stopped to use a tool, and there is none here."],
    ["sensitive", "The model stopped for a reason of its provider’s: “sensitive”."],
  ]) {
    const { conversation } = await api.send("finish", `${reason} so far and no further`);
    await upstream.answered(`${reason} so far and no further`);
    await chat.open(conversation);
    await chat.reply.is("complete");
    await chat.reply.says("so far and no further");
    await expect(chat.reply.article).toContainText(words);
    await expect(chat.reply.article.getByRole("button", { name: "Continue" })).toHaveCount(reason === "length" ? 1 : 0);
  }
});

test("a reply at its limit goes on where the model can, and says so where it cannot", async ({ api, chat, page, upstream, watch }) => {
  const said = "length one two";
  const { conversation } = await api.send("finish", said);
  await upstream.answered(said);
  await chat.open(conversation);
  watch.expect(/422/);
  await chat.reply.article.getByRole("button", { name: "Continue" }).click();
  await expect(chat.reply.article).toContainText("This model cannot go on with a text. Ask it to go on in your next message.");
  await upstream.madeBy("llamacpp");
  await chat.model.open();
  await page.keyboard.press("Escape");
  await chat.reply.article.getByRole("button", { name: "Continue" }).click();
  await upstream.askedTimes(said, 2);
  await chat.reply.is("complete");
});
