import { lengthen } from "../fixtures/seed";
import { sizes } from "../fixtures/sizes";
import { expect, test } from "../fixtures/test";

const EXCHANGES = 5_000;

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

      // What stands on the page: how many, and whether none is missing between them.
      const stands = () =>
        page.evaluate(() => {
          const asked = [...document.querySelectorAll('article[data-role="user"] [data-part=text]')];
          const numbers = asked.map((text) => Number(text.textContent!.split(" ").at(-1)));
          const gaps = numbers.filter((number, at) => at > 0 && number !== numbers[at - 1]! + 1).length;
          return { count: document.querySelectorAll("article").length, first: numbers[0]!, last: numbers.at(-1)!, gaps };
        });
      // Nobody sees what they read jump: the message at the top of the window moves as far as was scrolled.
      const turn = (pixels: number) =>
        page.evaluate(async (pixels) => {
          const frame = () => new Promise((done) => requestAnimationFrame(done));
          const thread = document.querySelector(".thread")!;
          const top = thread.getBoundingClientRect().top;
          const seen = [...thread.querySelectorAll("article")].find((article) => article.getBoundingClientRect().bottom > top + 50)!;
          const before = seen.getBoundingClientRect().top;
          const room = pixels < 0 ? -thread.scrollTop : thread.scrollHeight - thread.clientHeight - thread.scrollTop;
          const expected = before - (pixels < 0 ? Math.max(pixels, room) : Math.min(pixels, room));
          thread.scrollBy(0, pixels);
          for (let frames = 0; frames < 4; frames++) await frame();
          return seen.isConnected ? Math.round(Math.abs(seen.getBoundingClientRect().top - expected)) : 0;
        }, pixels);

      const begin = await stands();
      const jumps: number[] = [];
      await expect(async () => {
        jumps.push(await turn(-1_000));
        const now = await stands();
        expect(now.count).toBeLessThanOrEqual(220);
        expect(now.gaps).toBe(0);
        expect(begin.last - now.last, "so far up that the end is gone").toBeGreaterThan(200);
      }).toPass({ intervals: [1], timeout: 60_000 });
      expect(Math.max(...jumps), "pixels that something jumped").toBeLessThanOrEqual(2);

      const up = await stands();
      await expect(async () => {
        jumps.push(await turn(1_000));
        const now = await stands();
        expect(now.count).toBeLessThanOrEqual(220);
        expect(now.gaps).toBe(0);
        expect(now.first - up.first, "and down again").toBeGreaterThan(60);
      }).toPass({ intervals: [1], timeout: 60_000 });
      expect(Math.max(...jumps), "pixels that something jumped").toBeLessThanOrEqual(2);

      await chat.toEnd.click();
      await expect(chat.replies.last()).toContainText(`answer ${EXCHANGES - 1}`);
      await expect.poll(() => chat.fromEnd()).toBeLessThanOrEqual(2);
      expect((await stands()).count).toBeLessThanOrEqual(220);
      await chat.choose("echo");
      await chat.say("still quick");
      await chat.reply.says("still quick");
      expect(await chat.askedAgain()).toBe(0);
    });
  });
}
