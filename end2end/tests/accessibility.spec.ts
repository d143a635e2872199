import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { sizes } from "../fixtures/sizes";
import { expect, NETWORK, test } from "../fixtures/test";

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

for (const colorScheme of ["light", "dark"] as const) {
  for (const [size, options] of Object.entries(sizes)) {
    test.describe(`${size}, ${colorScheme}`, () => {
      test.use({ ...options, colorScheme });

      test("axe finds nothing around the thread, whatever is open", async ({ api, chat, page, server, sidebar, watch }) => {
        watch.expect(NETWORK);
        watch.expect(/404|409/);
        test.slow();
        const finds = async (state: string) => {
          // What is still fading in has no colour of its own yet.
          await page.evaluate(() => Promise.all(document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations !== Infinity).map(({ finished }) => finished.catch(() => {}))));
          expect(await findings(page), state).toEqual([]);
        };
        await chat.open();
        await finds("nothing yet");
        for (const title of ["not read yet", "to be renamed", "to be deleted"]) await api.send("echo", title);
        await api.send("gated", "still being written");
        await sidebar.open();
        await expect(sidebar.rows).toHaveCount(4);
        await expect(sidebar.row("not read yet")).toHaveAttribute("data-unread", "true");
        await finds("the list, with its marks");

        await sidebar.menu("to be renamed").click();
        await finds("a row's menu");
        await page.getByRole("menuitem", { name: "Rename" }).click();
        await finds("a title being written");
        const { conversations } = await api.call<{ conversations: { conversation: string; title: string; version: number }[] }>("list_conversations", {});
        const row = conversations.find(({ title }) => title === "to be renamed")!;
        await api.call("rename_conversation", { conversation: row.conversation, title: "renamed elsewhere", seen: row.version });
        await sidebar.field.fill("renamed here");
        await sidebar.field.press("Enter");
        await expect(sidebar.nav.getByRole("alert").filter({ hasText: "elsewhere" })).toBeVisible();
        await finds("somebody else was first");
        await sidebar.field.press("Escape");

        await sidebar.choose("to be deleted", "Delete");
        await expect(sidebar.toast).toBeVisible();
        await finds("a toast with a way back");
        await page.getByRole("button", { name: "Light or dark" }).click();
        await finds("light or dark");
        await page.keyboard.press("Escape");
        await page.getByRole("button", { name: "Keys" }).click();
        await finds("the keys");
        await page.keyboard.press("Escape");
        if (await sidebar.rail.isVisible()) {
          await sidebar.rail.click();
          await finds("a rail");
          await sidebar.rail.click();
        }

        await api.call("add_provider", { provider: { service: "openai-compatible", name: "Mine", base_url: "http://127.0.0.1:9/v1" } });
        await page.goto("/settings");
        await expect(page.locator("[data-known]")).toHaveCount(3);
        await page.locator("details.offers summary").first().click();
        await finds("the settings");
        await page.getByRole("button", { name: "Delete: Mine" }).click();
        await finds("a provider to be deleted");
        await page.keyboard.press("Escape");
        await page.getByRole("button", { name: "Connect a provider" }).click();
        await finds("a new provider");

        for (const path of ["/nowhere", "/c/01920000-0000-7000-8000-000000000000"]) {
          await page.goto(path);
          await chat.ready();
          await finds(path);
        }
        await chat.open(row.conversation);
        await api.call("delete_conversation", { conversation: row.conversation });
        await expect(page.getByRole("heading", { name: "was deleted" })).toBeVisible();
        await finds("deleted elsewhere");
        await chat.open();
        await server.kill();
        await expect(page.locator("[data-notice]")).toBeVisible();
        await finds("the server is gone");
      });
    });
  }
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
