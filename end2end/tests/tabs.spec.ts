import { expect, NETWORK, test } from "../fixtures/test";
import { ChatPage } from "../pages/chat";

test("a second tab shows a reply live", async ({ chat, context, upstream }) => {
  const question = "both tabs see every word";
  await chat.open();
  const conversation = await chat.ask("gated", question);
  await upstream.release(question, 2);
  await chat.reply.says("both tabs ");

  const second = new ChatPage(await context.newPage());
  await second.open(conversation);
  await second.reply.says("both tabs ");
  await upstream.release(question, 1);
  await second.reply.says("both tabs see ");
  await chat.reply.says("both tabs see ");

  await upstream.release(question, 3);
  for (const tab of [chat, second]) {
    await tab.reply.is("complete");
    await tab.reply.says(question);
  }
});

test("stop works from the other tab", async ({ chat, context, upstream }) => {
  const question = "said before the stop, never after it";
  await chat.open();
  const conversation = await chat.ask("gated", question);
  await upstream.release(question, 4);
  await chat.reply.says("said before the stop, ");

  const other = new ChatPage(await context.newPage());
  await other.open(conversation);
  await other.stop.click();
  await other.reply.is("stopped");
  await chat.reply.is("stopped");
  await chat.reply.says("said before the stop, ");
  await expect.poll(async () => (await upstream.asked(question)).closed, "the model is not asked for more").toBe(true);
});

test("closing the tab that asked does not stop the reply", async ({ chat, context, upstream }) => {
  const question = "nobody is looking";
  await chat.open();
  const conversation = await chat.ask("gated", question);
  await upstream.release(question, 1);
  await chat.reply.says("nobody ");
  await chat.page.close();
  await upstream.release(question, 3);
  expect((await upstream.answered(question)).text).toBe(question);

  const later = new ChatPage(await context.newPage());
  await later.open(conversation);
  await later.reply.is("complete");
  await later.reply.says(question);
});

test("a question asked in one tab appears in the other", async ({ chat, context }) => {
  await chat.open();
  const conversation = await chat.ask("echo", "from the first tab");
  await chat.reply.is("complete");
  const second = new ChatPage(await context.newPage());
  await second.open(conversation);
  await second.say("from the second tab");
  await second.reply.is("complete");
  await expect(chat.questions.last()).toContainText("from the second tab");
  await chat.reply.is("complete");
  await chat.reply.says("from the second tab");
});

test("ten tabs opened at once, each with a running reply, are all usable", async ({ api, baseURL, browserWindow, upstream }) => {
  test.slow();
  // Browsers hold six HTTP/1.1 connections to a server, for all tabs: a tab that keeps a stream while hidden would lock
  // out the seventh.
  const count = 10;
  const question = (tab: number) => `tab number ${tab} has its own words`;
  const sent = [];
  for (let tab = 0; tab < count; tab++) {
    sent.push(await api.send("gated", question(tab)));
    await upstream.release(question(tab), 1);
  }

  const began = performance.now();
  const tabs: ChatPage[] = [];
  for (const { conversation } of sent) {
    const page = await browserWindow.context.newPage();
    // Not waited for: a person opens the next tab at once.
    page.goto(`${baseURL}/c/${conversation}`, { waitUntil: "commit" }).catch(() => {});
    tabs.push(new ChatPage(page));
  }
  test.info().annotations.push({ type: "open", description: `${Math.round(performance.now() - began)} ms to open all tabs` });

  for (const [number, tab] of tabs.entries()) {
    await tab.page.bringToFront();
    await tab.ready();
    await tab.reply.says("tab ");
    await upstream.release(question(number), 2);
    await tab.reply.says(`tab number ${number} `);
  }
  // Hidden again, and its reply ends unseen; all of it is there when it is looked at.
  for (let number = 0; number < count; number++) await upstream.release(question(number), 5);
  for (const [number, tab] of tabs.entries()) {
    await tab.page.bringToFront();
    await tab.reply.is("complete");
    await tab.reply.says(question(number));
    await expect(tab.composer).toBeEditable();
  }
});

test("a hidden tab lets go of its connection and catches up when it is seen", async ({ browserWindow, upstream, watch, wire }) => {
  watch.expect(NETWORK);
  const question = "read it when you are back";
  const page = await browserWindow.context.newPage();
  const tab = new ChatPage(page);
  await page.goto(wire.url);
  await tab.ready();
  await tab.ask("gated", question);
  await upstream.release(question, 2);
  await tab.reply.says("read it ");

  const stream = page.waitForEvent("requestfailed", (request) => request.url().includes("conversation="));
  const other = await browserWindow.context.newPage();
  expect(await page.evaluate(() => document.visibilityState)).toBe("hidden");
  await stream;
  await upstream.release(question, 5);
  await upstream.answered(question);
  await expect(tab.reply.article).toHaveAttribute("data-status", "streaming");

  await other.close();
  await page.bringToFront();
  await tab.reply.is("complete");
  await tab.reply.says(question);
});
