import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { paste } from "../fixtures/paste";
import { choose, drawn, png } from "../fixtures/pictures";
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

/** What is still fading in has no colour of its own yet. */
async function finds(page: Page, state: string): Promise<void> {
  await page.evaluate(() => {
    const ending = document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations !== Infinity);
    return Promise.all(ending.map(({ finished }) => finished.catch(() => {})));
  });
  expect(await findings(page), state).toEqual([]);
}

for (const colorScheme of ["light", "dark"] as const) {
  for (const [size, options] of Object.entries(sizes)) {
    test.describe(`${size}, ${colorScheme}`, () => {
      test.use({ ...options, colorScheme });

      test("axe finds nothing around the thread, whatever is open", async ({ api, chat, page, server, sidebar, watch }) => {
        watch.expect(NETWORK);
        watch.expect(/404|409/);
        test.slow();
        await chat.open();
        await finds(page, "nothing yet");
        for (const title of ["not read yet", "to be renamed", "to be deleted"]) await api.send("echo", title);
        await api.send("gated", "still being written");
        await sidebar.open();
        await expect(sidebar.rows).toHaveCount(4);
        await expect(sidebar.row("not read yet")).toHaveAttribute("data-unread", "true");
        await finds(page, "the list, with its marks");

        await sidebar.menu("to be renamed").click();
        await finds(page, "a row's menu");
        await page.getByRole("menuitem", { name: "Rename" }).click();
        await finds(page, "a title being written");
        const { conversations } = await api.call<{ conversations: { conversation: string; title: string; version: number }[] }>("list_conversations", {});
        const row = conversations.find(({ title }) => title === "to be renamed")!;
        await api.call("rename_conversation", { conversation: row.conversation, title: "renamed elsewhere", seen: row.version });
        await sidebar.field.fill("renamed here");
        await sidebar.field.press("Enter");
        await expect(sidebar.nav.getByRole("alert").filter({ hasText: "elsewhere" })).toBeVisible();
        await finds(page, "somebody else was first");
        await sidebar.field.press("Escape");

        await sidebar.choose("to be deleted", "Delete");
        await expect(sidebar.toast).toBeVisible();
        await finds(page, "a toast with a way back");
        await page.getByRole("button", { name: "Light or dark" }).click();
        await finds(page, "light or dark");
        await page.keyboard.press("Escape");
        await page.getByRole("button", { name: "Keys" }).click();
        await finds(page, "the keys");
        await page.keyboard.press("Escape");
        if (await sidebar.rail.isVisible()) {
          await sidebar.rail.click();
          await finds(page, "a rail");
          await sidebar.rail.click();
        }

        await api.call("add_provider", { provider: { service: "openai-compatible", name: "Mine", base_url: "http://127.0.0.1:9/v1" } });
        await page.goto("/settings");
        await expect(page.locator("[data-known]")).toHaveCount(3);
        await page.locator("details.offers summary").first().click();
        await finds(page, "the settings");
        await page.getByRole("button", { name: "Delete: Mine" }).click();
        await finds(page, "a provider to be deleted");
        await page.keyboard.press("Escape");
        await page.getByRole("button", { name: "Connect a provider" }).click();
        await finds(page, "a new provider");

        for (const path of ["/nowhere", "/c/01920000-0000-7000-8000-000000000000"]) {
          await page.goto(path);
          await chat.ready();
          await finds(page, path);
        }
        await chat.open(row.conversation);
        await api.call("delete_conversation", { conversation: row.conversation });
        await expect(page.getByRole("heading", { name: "was deleted" })).toBeVisible();
        await finds(page, "deleted elsewhere");
        await chat.open();
        await server.kill();
        await expect(page.locator("[data-notice]")).toBeVisible();
        await finds(page, "the server is gone");
      });

      test("axe finds nothing in a thread, whatever is open", async ({ api, chat, page, upstream }) => {
        test.slow();
        const preferences = { prompts: ["Alpha", "Beta"].map((name) => ({ name, text: `${name} text` })) };
        await api.call("change_preferences", { preferences, seen: 0 });
        await page.goto("/settings#prompts");
        await expect(page.getByRole("heading", { name: "/Alpha" })).toBeVisible();
        await finds(page, "prompts in the settings");

        await chat.open();
        await chat.ask("think", "how high is it?");
        await chat.reply.is("complete");
        await chat.reply.reasoning.locator("summary").click();
        await chat.reply.about.click();
        await finds(page, "what was thought, and what is known of it");
        await page.getByRole("button", { name: "More ways to regenerate" }).click();
        await expect(page.getByRole("menuitem", { name: "Shorter" })).toBeVisible();
        await finds(page, "ways to write it again");
        await page.getByRole("menuitem", { name: "Shorter" }).click();
        await expect(chat.reply.version).toContainText("2 / 2");
        await chat.reply.is("complete");
        await finds(page, "versions");
        await chat.question.article.hover();
        await chat.question.edit.click();
        await expect(chat.question.editor).toBeVisible();
        await finds(page, "a question that is edited");
        await chat.question.editor.press("Escape");

        await chat.composer.focus();
        await paste(chat.composer, "line of a log\n".repeat(80));
        await choose(page, png(await drawn(page, 60, 30)));
        await expect(page.locator("form.composer .tray-image[aria-busy=false]")).toHaveCount(1);
        for (const [mark, choices] of Object.entries({ "/": "prompts", "@": "models" })) {
          await chat.composer.pressSequentially(mark);
          await expect(page.locator(".choices").getByRole("option").first()).toBeVisible();
          await finds(page, `${choices} to choose from, and what goes along`);
          await chat.composer.fill("");
        }

        await api.send("echo", "مرحبا، كيف الحال؟");
        await chat.open();
        const question = "how wide is it?";
        await chat.ask("gated", question);
        await chat.say("مرحبا");
        await expect(chat.queued).toHaveCount(1);
        await finds(page, "a message that waits");
        await upstream.release(question, 9);
        await upstream.release("مرحبا", 9);
        await expect(chat.queued).toHaveCount(0);
        await chat.reply.is("complete");
        await chat.model.add("openai/echo", "openai/refuse-500");
        await chat.say("all of you");
        await expect(page.locator(".column")).toHaveCount(3);
        await expect(page.locator('.column [data-status="complete"]')).toHaveCount(1);
        await expect(page.locator('.column [data-status="failed"]')).toHaveCount(1);
        await finds(page, "replies side by side");
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
