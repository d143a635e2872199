import { textOf } from "../fixtures/api";
import { expect, NETWORK, test } from "../fixtures/test";
import { ChatPage } from "../pages/chat";

const QUESTION = "the reply goes on from the very character where it was";
const WORDS = QUESTION.split(/(?<= )/);
const first = (words: number) => WORDS.slice(0, words).join("");

test("a reload in mid-reply goes on where it was", async ({ api, chat, page, upstream }) => {
  await chat.open();
  const conversation = await chat.ask("gated", QUESTION);
  await upstream.release(QUESTION, 3);
  await chat.reply.says(first(3));

  await page.reload();
  await chat.reply.says(first(3));
  await chat.reply.is("streaming");
  await chat.ready();
  await upstream.release(QUESTION, 2);
  await chat.reply.says(first(5));

  await upstream.release(QUESTION, WORDS.length - 5 + 1);
  await chat.reply.is("complete");
  await chat.reply.says(QUESTION);
  expect(textOf((await api.messages(conversation)).at(-1)!)).toBe(QUESTION);
  expect((await upstream.answered(QUESTION)).text).toBe(QUESTION);
});

test("a reload after the last token shows all of it", async ({ chat, page, upstream }) => {
  await chat.open();
  await chat.ask("gated", QUESTION);
  await upstream.release(QUESTION, 2);
  await chat.reply.says(first(2));
  await page.goto("about:blank");
  await upstream.release(QUESTION, WORDS.length);
  await upstream.answered(QUESTION);
  await page.goBack();
  await chat.reply.is("complete");
  await chat.reply.says(QUESTION);
});

test.describe("over a network that fails", () => {
  test.use({ baseURL: async ({ wire }, use) => use(wire.url) });

  test("some seconds offline lose nothing", async ({ chat, context, upstream, watch, wire }) => {
    watch.expect(NETWORK);
    await chat.open();
    await chat.ask("gated", QUESTION);
    await upstream.release(QUESTION, 2);
    await chat.reply.says(first(2));

    // Being offline does not close what is open, so the network is cut as well.
    await context.setOffline(true);
    await wire.cut();
    await upstream.release(QUESTION, 3);
    await expect(chat.page.getByRole("status").filter({ hasText: /offline/i })).toBeVisible();
    await chat.reply.says(first(2));
    await wire.mend();
    await context.setOffline(false);
    await chat.reply.says(first(5));
    await expect(chat.page.getByRole("status").filter({ hasText: /offline/i })).toBeHidden();

    await upstream.release(QUESTION, WORDS.length - 5 + 1);
    await chat.reply.is("complete");
    await chat.reply.says(QUESTION);
  });

  test("a connection that breaks again and again loses and doubles nothing", async ({ chat, upstream, watch, wire }) => {
    watch.expect(NETWORK);
    await chat.open();
    await chat.ask("gated", QUESTION);
    for (let words = 1; words <= 6; words++) {
      await upstream.release(QUESTION);
      // Broken at once every second time, and after the word was seen the other times.
      if (words % 2 === 0) await chat.reply.says(first(words));
      wire.drop();
    }
    await upstream.release(QUESTION, WORDS.length - 6 + 1);
    await chat.reply.is("complete");
    await chat.reply.says(QUESTION);
    expect(await chat.reply.copied()).toBe(QUESTION);
    expect(await chat.askedAgain(), "every stream went on where the last one ended").toBe(0);
  });

  test("a proxy that answers 502 for a while is survived", async ({ chat, upstream, watch, wire }) => {
    watch.expect(NETWORK);
    await chat.open();
    await chat.ask("gated", QUESTION);
    await upstream.release(QUESTION, 2);
    await chat.reply.says(first(2));

    // Any answer but 200 closes an EventSource for good: the page has to make a new one.
    const refused = chat.page.waitForResponse((response) => response.status() === 502);
    wire.badGateway(true);
    await refused;
    await upstream.release(QUESTION, WORDS.length - 2 + 1);
    wire.badGateway(false);
    await chat.reply.is("complete");
    await chat.reply.says(QUESTION);
  });

  test("a connection that died without a word is noticed", async ({ chat, page, upstream, wire }) => {
    // The page looks at the wall clock once a second; here it can be set.
    await page.addInitScript(() => {
      const now = Date.now.bind(Date);
      Object.assign(window, { later: 0 });
      Date.now = () => now() + (window as unknown as { later: number }).later;
    });
    await chat.open();
    await chat.ask("gated", QUESTION);
    await upstream.release(QUESTION, 2);
    await chat.reply.says(first(2));

    wire.forget();
    await upstream.release(QUESTION, WORDS.length - 2 + 1);
    await upstream.answered(QUESTION);
    expect((await chat.reply.exactly()).trim()).toBe(first(2).trim());
    // The heartbeat comes every 15 s; after 40 s without one the page opens another stream. It may get an idle connection that
    // is as dead as the first one, and finds that out in the same way.
    await expect(async () => {
      await page.evaluate(() => ((window as unknown as { later: number }).later += 45_000));
      await expect(chat.reply.article).toHaveAttribute("data-status", "complete", { timeout: 3_000 });
    }).toPass({ timeout: 30_000 });
    await chat.reply.says(QUESTION);
  });
});

test("kill -9 and a restart: what was seen is there, and the page recovers by itself", async ({ api, chat, server, upstream, watch }) => {
  watch.expect(NETWORK);
  await chat.open();
  const conversation = await chat.ask("gated", QUESTION);
  await upstream.release(QUESTION, 4);
  await chat.reply.says(first(4));

  await server.kill();
  await server.restart();
  const stored = (await api.messages(conversation)).at(-1)!;
  expect(textOf(stored)).toBe(first(4));

  // Nobody knows how this model's server would go on with a text.
  await chat.reply.is("interrupted");
  await chat.reply.says(first(4));
  await expect(chat.reply.regenerate).toBeVisible();

  // And it goes on: the same page, without a reload.
  await chat.choose("echo");
  await chat.say("still there?");
  await expect(chat.replies).toHaveCount(2);
  await chat.reply.is("complete");
  await chat.reply.says("still there?");
});

test("a killed server while nobody looks: the page that comes later reads all that was said", async ({ context, chat, page, server, upstream }) => {
  await chat.open();
  const conversation = await chat.ask("gated", QUESTION);
  await upstream.release(QUESTION, 4);
  await chat.reply.says(first(4));
  await page.close();
  await server.kill();
  await server.restart();

  const later = new ChatPage(await context.newPage());
  await later.open(conversation);
  await later.reply.is("interrupted");
  await later.reply.says(first(4));
});

test("a server that is asked to end does so at once, with streams open, and pages come back to the next", async ({ chat, server, upstream, watch }) => {
  watch.expect(NETWORK);
  await chat.open();
  await chat.ask("gated", QUESTION);
  await upstream.release(QUESTION, 2);
  await chat.reply.says(first(2));
  expect(await server.stop("SIGINT"), "ms until it was gone").toBeLessThan(2500);
  await server.restart();
  await chat.reply.is("interrupted");
  await chat.reply.says(first(2));
});

test("a restart of the server is not worth a word", async ({ chat, page, server, watch }) => {
  watch.expect(NETWORK);
  await chat.open();
  await chat.ask("echo", "before");
  await chat.reply.is("complete");
  const notices = await chat.noteNotices();
  const refused = page.waitForEvent("requestfailed", (request) => request.url().includes("/api/events"));
  await server.stop();
  await refused;
  await server.restart();
  await chat.say("after");
  await expect(chat.replies).toHaveCount(2);
  await chat.reply.is("complete");
  await chat.reply.says("after");
  expect(await notices()).toEqual([]);
});
