import type { Page } from "@playwright/test";
import { Server } from "../fixtures/server";
import { expect, test as base } from "../fixtures/test";
import { Upstream } from "../fixtures/upstream";
import { Settings } from "../pages/settings";

/** A Brooklet with two providers: `openai` and `moonshot`. */
const test = base.extend<{ settings: Settings; other: Upstream }>({
  other: async ({}, use) => {
    const other = await Upstream.start();
    await use(other);
    await other.dispose();
  },
  server: async ({ upstream, other }, use) => {
    const server = await Server.start({
      OPENAI_BASE_URL: upstream.url,
      MOONSHOT_BASE_URL: other.url,
      MOONSHOT_API_KEY: "sk-journey",
    });
    await use(server);
    await server.dispose();
  },
  settings: async ({ page }, use) => use(new Settings(page)),
});

const offers = (page: Page, provider: string) => page.locator(`[data-offers="${provider}"]`);

/** The providers, as the settings order them. */
const order = (page: Page) => page.locator("[data-offers]").evaluateAll((rows) => rows.map((row) => row.getAttribute("data-offers")));

test("models are hidden, ordered and begun with as their person wants", async ({ chat, page, settings }) => {
  await settings.open();
  await expect(offers(page, "openai")).toContainText(/^OpenAI-compatible.*(\d+) of \1 offered/s);
  const before = await order(page);
  const earlier = offers(page, before[1]!).getByRole("button", { name: /earlier$/ });
  await earlier.press("Enter");
  await expect.poll(() => order(page)).toEqual([before[1], before[0]]);
  await expect(earlier).toBeFocused();
  await offers(page, "openai").getByText("offered").click();
  await offers(page, "openai").getByRole("checkbox", { name: "echo" }).uncheck();
  await offers(page, "moonshot").getByText("offered").click();
  await offers(page, "moonshot").getByRole("button", { name: "None" }).click();
  await expect(offers(page, "moonshot")).toContainText("0 of");
  await offers(page, "moonshot").getByRole("checkbox", { name: "think" }).check();
  await page.getByLabel("New chats begin with").selectOption({ label: "count · OpenAI-compatible" });

  // All of it was told to the server, whatever was pressed while it was being told.
  await expect.poll(async () => {
    await page.reload();
    await expect(page.locator("[data-offers]")).toHaveCount(2);
    return [await order(page), await offers(page, "moonshot").textContent(), await page.getByLabel("New chats begin with").inputValue()];
  }).toEqual([[before[1], before[0]], expect.stringMatching(/1 of \d+ offered/), "openai/count"]);

  await chat.open();
  await chat.model.is("openai/count");
  await chat.model.open();
  await expect(chat.model.option("moonshot/think")).toBeVisible();
  await expect(chat.model.panel.locator('[data-option="openai/echo"]')).toHaveCount(0);
  await expect(chat.model.panel.locator('[data-option="moonshot/echo"]')).toHaveCount(0);
  await expect(chat.model.option("openai/see")).toContainText("sees images");
  await expect(chat.model.option("openai/blind")).toContainText("sees no images");
  await page.keyboard.press("Escape");
  await chat.say("2 100");
  await chat.reply.says("tok1 tok2");
  // What wrote last stands first, and a new chat begins with the default all the same.
  await chat.pick("moonshot/think");
  await chat.say("a b");
  await chat.reply.is("complete");
  await chat.open();
  await chat.model.is("openai/count");
  await chat.model.open();
  await expect(chat.model.panel.getByRole("group").first()).toContainText(/^Used last\s*think\s*Moonshot · key/);
});

test("a preset carries a setup and a model into any conversation", async ({ chat, page, upstream }) => {
  await chat.open();
  await chat.pick("openai/echo");
  const open = async () => {
    await chat.model.open();
    await chat.model.panel.getByRole("button", { name: /^Instructions and parameters/ }).click();
  };
  const dialog = page.getByRole("dialog", { name: "Instructions and parameters" });
  const preset = dialog.getByRole("combobox", { name: "Preset" });
  await open();
  await dialog.getByLabel("Instructions").fill("Answer like a river.");
  await dialog.getByLabel("Temperature").fill("0.3");
  await dialog.getByText("Keep as a preset").first().click();
  await dialog.getByLabel("Name of the preset").fill("River");
  await dialog.getByLabel("Name of the preset").press("Enter");
  await expect(preset).toHaveValue("River");
  await expect(dialog, "Enter kept it, and did not save the setup").toBeVisible();
  await expect(dialog.getByText("“River” is kept for any conversation. Save uses it in this one.")).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(dialog.getByText("Your changes are not saved.")).toBeVisible();
  await dialog.getByRole("button", { name: "Discard them" }).click();
  await expect(dialog).toHaveCount(0);

  await page.reload();
  await chat.ready();
  await chat.pick("openai/count");
  await open();
  await preset.selectOption("River");
  await expect(dialog.getByLabel("Instructions")).toHaveValue("Answer like a river.");
  await expect(dialog).toContainText("With the model openai/echo.");
  await dialog.getByRole("button", { name: "Save" }).click();
  await chat.model.is("openai/echo");
  await chat.say("where to?");
  await chat.reply.says("where to?");
  const body = (await upstream.asked("where to?")).body as { messages: unknown[]; temperature: number };
  expect(body.messages[0]).toEqual({ role: "system", content: "Answer like a river." });
  expect(body.temperature).toBe(0.3);

  // Which one a conversation has is shown. It can be taken out, and is deleted without changing any.
  await open();
  await expect(preset).toHaveValue("River");
  await preset.selectOption("No preset");
  await expect(dialog.getByLabel("Instructions")).toHaveValue("");
  await preset.selectOption("River");
  await dialog.getByText("Keep as a preset").first().click();
  await dialog.getByRole("button", { name: "Delete “River”" }).click();
  await expect(preset).toHaveCount(0);
  await expect(dialog.getByLabel("Instructions")).toHaveValue("Answer like a river.");
  await expect(dialog.getByRole("button", { name: "Keep as a preset" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(preset).toHaveValue("River");
  await dialog.getByLabel("Name of the preset").fill(" ");
  await dialog.getByLabel("Name of the preset").press("Enter");
  await expect(dialog.getByRole("alert").filter({ hasText: /\S/ })).toHaveText("Give the preset a name first.");
});
