import type { Page } from "@playwright/test";
import { lengthen } from "../fixtures/seed";
import { sizes } from "../fixtures/sizes";
import { expect, test } from "../fixtures/test";

const EXCHANGES = 5_000;

/** What stands on the page: how many messages, from which question to which, and whether one is missing between them. */
async function stands(page: Page): Promise<{ count: number; first: number; last: number; gaps: number }> {
  return page.evaluate(() => {
    const asked = [...document.querySelectorAll('article[data-role="user"] [data-part=text]')];
    const numbers = asked.map((text) => Number(text.textContent!.split(" ").at(-1)));
    const gaps = numbers.filter((number, at) => at > 0 && number !== numbers[at - 1]! + 1).length;
    return { count: document.querySelectorAll("article").length, first: numbers[0]!, last: numbers.at(-1)!, gaps };
  });
}

/**
 * Scrolls in steps until the last question on the page is this one. Gives the most messages that stood there at once, and the most
 * pixels by which what is read moved otherwise than it was scrolled.
 */
async function walk(page: Page, step: number, goal: number): Promise<{ most: number; last: number; jump: number }> {
  return page.evaluate(
    async ([step, goal]) => {
      // Until the frame is painted: before that, what came is there and its place not yet made good.
      const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      const thread = document.querySelector(".thread")!;
      const lastAsked = () => {
        const asked = [...document.querySelectorAll('article[data-role="user"] [data-part=text]')].at(-1)!;
        return Number(asked.textContent!.split(" ").at(-1));
      };
      let [most, jump] = [0, 0];
      for (let turns = 0; turns < 600 && (step < 0 ? lastAsked() > goal : lastAsked() < goal); turns++) {
        const top = thread.getBoundingClientRect().top;
        const seen = [...thread.querySelectorAll("article")].find((article) => article.getBoundingClientRect().bottom > top + 50)!;
        const before = seen.getBoundingClientRect().top;
        const room = step < 0 ? -thread.scrollTop : thread.scrollHeight - thread.clientHeight - thread.scrollTop;
        thread.scrollBy(0, step);
        await painted();
        await painted();
        const scrolled = step < 0 ? Math.max(step, room) : Math.min(step, room);
        const off = () => (seen.isConnected ? Math.round(Math.abs(seen.getBoundingClientRect().top - before + scrolled)) : 0);
        // What came since the last frame is made good in the next one.
        if (off() > 2) await painted();
        jump = Math.max(jump, off());
        most = Math.max(most, document.querySelectorAll("article").length);
      }
      return { most, last: lastAsked(), jump };
    },
    [step, goal] as const,
  );
}

for (const [size, use] of Object.entries(sizes)) {
  test.describe(size, () => {
    test.use(use);

    test("10,000 messages open at the end, scroll both ways, and never stand all on the page", async ({ api, chat, page, server, upstream, watch }) => {
      test.slow();
      watch.expect(/ERR_CONNECTION|Failed to fetch/);
      const { conversation } = await api.send("echo", "the very first");
      await upstream.answered("the very first");
      await expect.poll(async () => (await api.messages(conversation)).at(-1)?.status).toBe("complete");
      await lengthen(server, conversation, EXCHANGES);

      const opened = performance.now();
      await chat.open(conversation);
      await expect(chat.replies.last()).toContainText(`answer ${EXCHANGES - 1}`);
      test.info().annotations.push({ type: "open", description: `${Math.round(performance.now() - opened)} ms until the page was awake` });
      await expect.poll(() => chat.fromEnd()).toBeLessThanOrEqual(2);

      const begin = await stands(page);
      const up = await walk(page, -1_500, begin.last - 80);
      expect(up.most, "messages on the page at once").toBeLessThanOrEqual(220);
      expect(up.last, "so far up that the end is gone").toBeLessThanOrEqual(begin.last - 80);
      expect(up.jump, "pixels that something jumped").toBeLessThanOrEqual(2);
      expect((await stands(page)).gaps).toBe(0);

      const down = await walk(page, 1_500, begin.last);
      expect(down.most).toBeLessThanOrEqual(220);
      expect(down.last, "and down again").toBe(begin.last);
      expect(down.jump, "pixels that something jumped").toBeLessThanOrEqual(2);
      expect((await stands(page)).gaps).toBe(0);

      await walk(page, -1_500, begin.last - 40);
      await chat.toEnd.click();
      await expect(chat.replies.last()).toContainText(`answer ${EXCHANGES - 1}`);
      await expect.poll(() => chat.fromEnd()).toBeLessThanOrEqual(2);
      expect((await stands(page)).count).toBeLessThanOrEqual(220);
      await chat.choose("echo");
      await chat.say("still quick");
      await chat.reply.says("still quick");
      expect(await chat.askedAgain()).toBe(0);
    });
  });
}
