import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures/test";

async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html}`));
}

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test("axe finds nothing on a new chat", async ({ chat, page }) => {
      await chat.open();
      expect(await findings(page)).toEqual([]);
    });

    test("axe finds nothing on a conversation, running, complete, failed", async ({ chat, page, upstream }) => {
      await chat.open();
      const question = "some words to read";
      await chat.ask("gated", question);
      await upstream.release(question, 2);
      await chat.reply.says("some words ");
      expect(await findings(page), "running").toEqual([]);
      await upstream.release(question, 3);
      await chat.reply.is("complete");
      expect(await findings(page), "complete").toEqual([]);
      await chat.choose("refuse-500");
      await chat.say("fail");
      await expect(chat.replies).toHaveCount(2);
      await chat.reply.is("failed");
      expect(await findings(page), "failed").toEqual([]);
    });
  });
}

test("a conversation can be had with the keyboard alone", async ({ chat, page }) => {
  await chat.open();
  await chat.choose("echo");
  await chat.composer.focus();
  await page.keyboard.type("typed by hand");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("and a second line");
  await page.keyboard.press("Enter");
  await chat.reply.is("complete");
  await chat.reply.says("typed by hand\nand a second line");
  await expect(chat.composer).toBeFocused();
});
