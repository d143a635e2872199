import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { sizes } from "../fixtures/sizes";
import { expect, test } from "../fixtures/test";

/** What stands in a Chinese page as it is: names, commands, keys, and what others wrote. */
const NAMES = /OPENAI_\w+|Brooklet|Ollama|OpenAI|Language|echo|refuse-401|token|Tab/gi;

/** Words of two letters and more that are left outside of messages, models' names and addresses: read, or read out. */
async function english(page: Page): Promise<string[]> {
  const said = await page.evaluate(() => {
    const skip = "[data-part], .message-detail p, script, style, noscript, .model-name, .provider-place, .offer, option";
    const said: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node instanceof Element ? node : node.parentElement!;
      if (element.closest(skip)) continue;
      if (node instanceof Element) said.push(...["aria-label", "title", "alt"].map((name) => node.getAttribute(name) ?? ""));
      else said.push(node.textContent ?? "");
    }
    said.push(document.title);
    return said;
  });
  return said.filter((text) => /[a-z]{2}/i.test(text.replace(NAMES, "")));
}

async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html}`));
}

for (const [size, options] of Object.entries(sizes)) {
  test.describe(size, () => {
    test.use({ ...options, locale: "zh-CN" });

    test("a page in Chinese, from the first look to a reply, an error and the settings", async ({ chat, page }) => {
      test.slow();
      const holds = async (state: string) => {
        expect(await english(page), state).toEqual([]);
        expect(await findings(page), state).toEqual([]);
      };
      await chat.open();
      await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
      await expect(page.getByRole("heading", { name: "想聊点什么？" })).toBeVisible();
      await holds("a new chat");

      const composer = page.getByRole("textbox", { name: "你的消息" });
      const choose = async (model: string) => {
        await page.locator("[data-action=choose-model]").click();
        await page.locator(`[data-option="openai/${model}"]`).last().click();
        await expect(page.locator("[data-action=choose-model]")).toHaveAttribute("data-model", `openai/${model}`);
      };
      await choose("echo");
      await composer.fill("你好，小溪");
      await page.getByRole("button", { name: "发送" }).click();
      await chat.reply.is("complete");
      await chat.reply.says("你好，小溪");
      await holds("a reply");

      await choose("refuse-401");
      await composer.fill("再说一次");
      await composer.press("Enter");
      await expect(chat.replies).toHaveCount(2);
      await chat.reply.is("failed");
      await expect(chat.reply.article).toContainText("回复失败。");
      await expect(chat.reply.article).toContainText("兼容 OpenAI 的服务 拒绝了密钥。");
      await expect(chat.reply.article).toContainText("请把有效的密钥设为“OPENAI_API_KEY”，然后重启 Brooklet。");
      await expect(chat.reply.article.getByRole("button", { name: "再试一次" })).toBeVisible();
      await holds("a reply that failed");

      const opener = page.getByRole("button", { name: "显示对话列表" });
      if (await opener.isVisible()) await opener.click();
      await expect(page.getByRole("navigation", { name: "对话" })).toBeVisible();
      await expect(page.getByRole("heading", { name: "今天" })).toBeVisible();
      await page.getByRole("link", { name: "设置" }).click();
      await expect(page).toHaveURL(/\/settings$/);
      await expect(page.locator("[data-known]")).toHaveCount(3);
      await expect(page.getByRole("heading", { name: "服务商" })).toBeVisible();
      await holds("the settings");
    });

    test("the language is changed and changed back, and the draft stays", async ({ chat, page, sidebar }) => {
      await chat.open();
      const draft = page.locator(".composer-text");
      await draft.fill("一半的想法");
      const menu = page.locator("[data-action=language]");
      const choose = async (opener: string, choice: string) => {
        const button = page.getByRole("button", { name: opener });
        if (await button.isVisible()) await button.click();
        await menu.click();
        await page.getByRole("menuitemradio", { name: choice }).click();
      };
      await choose("显示对话列表", "English");
      await expect(page.locator("html")).toHaveAttribute("lang", "en");
      await chat.ready();
      await expect(page.getByRole("heading", { name: "What is on your mind?" })).toBeVisible();
      await expect(chat.composer).toHaveValue("一半的想法");
      await page.reload();
      await expect(page.locator("html"), "it is remembered").toHaveAttribute("lang", "en");

      // The settings offer the same.
      await sidebar.open();
      await page.getByRole("link", { name: "Settings" }).click();
      const field = page.locator("select[name=language]");
      await expect(field).toHaveValue("en");
      await field.selectOption("");
      await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
      await expect(page).toHaveURL(/\/settings$/);
      await expect(field).toHaveValue("");
      await page.goto("/");
      await chat.ready();
      await expect(draft).toHaveValue("一半的想法");
    });
  });
}

test("a browser that wants another language reads English", async ({ browser, baseURL, watch }) => {
  const context = await browser.newContext({ baseURL, locale: "fr-FR" });
  watch.over(context);
  const page = await context.newPage();
  await page.goto("/");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await context.close();
});
