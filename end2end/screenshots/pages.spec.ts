import type { Page } from "@playwright/test";
import type { Api } from "../fixtures/api";
import { test } from "../fixtures/proxy";
import { expect, NETWORK } from "../fixtures/test";

const widths = [390, 820, 1440];
const question = "What is a brook, and why is it never the same?";
const answer = [
  "A brook is a small stream: it comes from somewhere, goes somewhere, and is never still.",
  "Heraclitus said that nobody steps into the same river twice. 溪流不息，水非前水。 🌊",
  "What you saw of it stays with you, even when the water has gone on.",
].join("\n\n");
/** Another text: the upstream tells requests apart by what was said. */
const more = answer.replace("small stream", "small river");
const titles = [
  "Plan a weekend in the Harz mountains",
  "Why does the borrow checker complain about this closure?",
  "Sourdough hydration table",
  "溪流与河流的区别是什么？",
  "Letter to the landlord",
];

/** Some conversations, the newest two not read. */
async function life(api: Api): Promise<void> {
  for (const [number, title] of titles.entries()) {
    const { conversation, reply } = await api.send("echo", title);
    await expect.poll(async () => (await api.message(conversation, reply)).status).toBe("complete");
    if (number < 3) await api.call("mark_read", { conversation, seq: 1_000 });
  }
}

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of widths) {
    test.describe(`${colorScheme} ${width}`, () => {
      test.use({ colorScheme, viewport: { width, height: width < 500 ? 844 : 900 }, hasTouch: width < 500 });

      const picture = async (page: Page, name: string) => {
        await page.evaluate(() => Promise.all(document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations !== Infinity).map(({ finished }) => finished.catch(() => {}))));
        await page.screenshot({ path: `../target/screenshots/${name}-${colorScheme}-${width}.png` });
      };

      test("pictures", async ({ api, chat, page, server, sidebar, upstream, watch }) => {
        test.slow();
        watch.expect(NETWORK);
        watch.expect(/404/);
        await chat.open();
        await picture(page, "nothing-yet");
        await life(api);
        const { conversation } = await api.send("echo", question);
        await upstream.answered(question);
        await api.send("echo", answer, conversation);
        await upstream.answered(answer);
        await api.send("gated", "A reply that is still being written, below a long title");
        await chat.open();
        await picture(page, "new");
        await chat.open(conversation);
        await chat.reply.is("complete");
        await picture(page, "conversation");

        await sidebar.open();
        await picture(page, "sidebar");
        await sidebar.menu("Sourdough").click();
        await picture(page, "menu");
        await page.getByRole("menuitem", { name: "Rename" }).click();
        await picture(page, "rename");
        await sidebar.field.press("Escape");
        await sidebar.choose("Sourdough", "Delete");
        await sidebar.toast.waitFor();
        await picture(page, "toast");
        await page.getByRole("button", { name: "Light or dark" }).click();
        await picture(page, "appearance");
        await page.keyboard.press("Escape");
        await page.getByRole("button", { name: "Keys" }).click();
        await picture(page, "keys");
        await page.keyboard.press("Escape");
        if (await sidebar.rail.isVisible()) {
          await sidebar.rail.click();
          await picture(page, "rail");
          await sidebar.rail.click();
        }

        await chat.open(conversation);
        await chat.choose("gated");
        await chat.say(more);
        await upstream.release(more, 20);
        await chat.reply.is("streaming");
        await picture(page, "streaming");
        await chat.stop.click();
        await chat.reply.is("stopped");
        await picture(page, "stopped");
        await chat.choose("refuse-500");
        await chat.say("And now an error.");
        await chat.reply.is("failed");
        await picture(page, "error");
        await api.call("add_provider", { provider: { service: "openai-compatible", name: "GPU box", base_url: upstream.url } });
        await page.goto("/settings");
        await page.locator("[data-known]").waitFor();
        await picture(page, "settings");
        await page.getByRole("button", { name: "Connect a provider" }).click();
        await picture(page, "settings-form");
        await page.goto("/nowhere");
        await chat.ready();
        await picture(page, "no-such-page");
        await chat.open(conversation);
        await server.kill();
        await page.locator("[data-notice]").waitFor();
        await picture(page, "unreachable");
      });

      test("pictures behind a proxy that holds answers back", async ({ api, buffering, chat, page, upstream }) => {
        const { conversation } = await api.send("echo", answer);
        await upstream.answered(answer);
        await page.goto(`${buffering.url}/c/${conversation}`);
        await chat.notice.waitFor();
        await picture(page, "held-back");
      });
    });
  }
}
