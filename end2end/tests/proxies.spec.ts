import { expect, type Page } from "@playwright/test";
import { textOf } from "../fixtures/api";
import { choose, drawn, png } from "../fixtures/pictures";
import { test } from "../fixtures/proxy";
import { NETWORK } from "../fixtures/test";

const QUESTION = "a proxy may hold back what it likes: the words come through";
const WORDS = QUESTION.split(/(?<= )/);
const first = (words: number) => WORDS.slice(0, words).join("");

/** What the page asks for, by path, as it asks. */
function asked(page: Page): string[] {
  const paths: string[] = [];
  page.on("request", (request) => paths.push(new URL(request.url()).pathname));
  return paths;
}

/** Waits until the proxy has said so many times that its server is away. */
async function refused(page: Page, times: number): Promise<void> {
  for (let time = 0; time < times; time++) await page.waitForResponse((response) => response.status() === 502);
}

test.describe("behind a proxy that holds answers back", () => {
  test.use({ baseURL: async ({ buffering }, use) => use(buffering.url) });

  test("the page notices, says so once, and goes on by polling", async ({ api, chat, page, upstream }) => {
    const paths = asked(page);
    await chat.open();
    await expect(chat.notice).toHaveText(/holds text back/);
    await expect(page.getByRole("status").filter({ hasText: /holds text back/ })).toBeVisible();

    const streams = paths.filter((path) => path === "/api/events").length;
    const conversation = await chat.ask("gated", QUESTION);
    for (let words = 1; words <= WORDS.length; words++) {
      await upstream.release(QUESTION);
      await chat.reply.says(first(words));
    }
    await upstream.release(QUESTION);
    await chat.reply.is("complete");
    await chat.reply.says(QUESTION);
    expect(textOf((await api.messages(conversation)).at(-1)!)).toBe(QUESTION);
    expect(await chat.askedAgain(), "every poll went on where the last one ended").toBe(0);
    expect(paths.filter((path) => path === "/api/events").length, "the way is known").toBe(streams);

    // A load finds out anew: the proxy may have been set right.
    await page.reload();
    await expect.poll(() => paths.filter((path) => path === "/api/events").length).toBe(streams + 1);
    await chat.reply.says(QUESTION);
  });

  test("an image of many megabytes passes a proxy that takes one", async ({ chat, page }) => {
    await chat.open();
    await chat.choose("see");
    const image = await drawn(page, 1600, 1200, "image/png", 30);
    expect(image.length).toBeGreaterThan(2 * 1024 * 1024);
    await choose(page, png(image));
    await chat.say("what is it?");
    await chat.reply.is("complete");
    await chat.reply.says("what is it? [image/jpeg]");
  });

  test("a reply that runs already comes whole", async ({ api, chat, page, upstream }) => {
    const { conversation } = await api.send("gated", QUESTION);
    await upstream.release(QUESTION, 2);
    await chat.open(conversation);
    await chat.reply.says(first(2));
    await upstream.release(QUESTION, 3);
    await chat.reply.says(first(5));
    await expect(chat.notice).toHaveText(/holds text back/);
    await upstream.release(QUESTION, WORDS.length - 5 + 1);
    await chat.reply.is("complete");
    await chat.reply.says(QUESTION);
    await page.reload();
    await chat.reply.says(QUESTION);
  });

  test("after ten minutes the stream is tried again", async ({ chat, page, upstream }) => {
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
    await expect(chat.notice).toHaveText(/holds text back/);
    const tried = page.waitForRequest(/\/api\/events/);
    await page.evaluate(() => ((window as unknown as { later: number }).later += 600_000));
    await tried;
    await upstream.release(QUESTION, WORDS.length - 2 + 1);
    await chat.reply.is("complete");
    await chat.reply.says(QUESTION);
  });

  test("a restart of the server is not worth a word", async ({ chat, page, server, watch }) => {
    watch.expect(NETWORK);
    await chat.open();
    await chat.ask("echo", "before");
    await chat.reply.is("complete");
    await expect(chat.notice).toHaveText(/holds text back/);
    const notices = await chat.noteNotices();
    const away = refused(page, 2);
    await server.stop();
    await away;
    await server.restart();
    await chat.say("after");
    await expect(chat.replies).toHaveCount(2);
    await chat.reply.is("complete");
    await chat.reply.says("after");
    const said = await notices();
    expect(said.filter((notice) => notice !== "held_back")).toEqual([]);
  });
});

test.describe("behind nginx as docs/self-hosting.md says", () => {
  test("each word comes by itself, through one stream", async ({ documented: { chat }, upstream }) => {
    const paths = asked(chat.page);
    const notices = await chat.noteNotices();
    await chat.ask("gated", QUESTION);
    for (let words = 1; words <= WORDS.length; words++) {
      await upstream.release(QUESTION);
      await chat.reply.says(first(words));
    }
    await upstream.release(QUESTION);
    await chat.reply.is("complete");
    await chat.reply.says(QUESTION);
    expect(paths.filter((path) => path === "/api/poll")).toEqual([]);
    expect(await notices()).toEqual([]);
    const protocol = await chat.page.evaluate(
      () => (performance.getEntriesByType("navigation")[0] as PerformanceNavigationTiming).nextHopProtocol,
    );
    expect(protocol, "more than six connections for all tabs").toBe("h2");
  });

  test("a restart of the server is not worth a word", async ({ documented: { chat, server }, watch }) => {
    watch.expect(NETWORK);
    await chat.ask("echo", "before");
    await chat.reply.is("complete");
    const notices = await chat.noteNotices();
    const away = refused(chat.page, 3);
    await server.stop();
    await away;
    await server.restart();
    await chat.say("after");
    await expect(chat.replies).toHaveCount(2);
    await chat.reply.is("complete");
    await chat.reply.says("after");
    expect(await notices()).toEqual([]);
  });

  test("a server that stays away is told, and the page comes back by itself", async ({ documented: { chat, server }, upstream, watch }) => {
    watch.expect(NETWORK);
    await chat.ask("echo", "before");
    await chat.reply.is("complete");
    await server.stop();
    await expect(chat.notice).toHaveText(/Reconnecting/);
    await server.restart();
    await expect(chat.notice).toHaveCount(0);
    await chat.choose("gated");
    await chat.say(QUESTION);
    await upstream.release(QUESTION, WORDS.length + 1);
    await chat.reply.is("complete");
    await chat.reply.says(QUESTION);
  });
});
