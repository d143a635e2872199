import { Server } from "../fixtures/server";
import { expect, NETWORK, test as base } from "../fixtures/test";
import { Settings } from "../pages/settings";

/** Services by their names on the page, with the variables that hold a key and, where there is one, another address. */
const SERVICES: [name: string, key: string, address?: string][] = [
  ["OpenAI", "OPENAI_API_KEY", "OPENAI_BASE_URL"],
  ["Anthropic", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"],
  ["Google Gemini", "GEMINI_API_KEY"],
  ["DeepSeek", "DEEPSEEK_API_KEY"],
  ["Mistral", "MISTRAL_API_KEY"],
  ["Baidu Qianfan", "QIANFAN_API_KEY"],
  ["OpenRouter", "OPENROUTER_API_KEY"],
  ["Groq", "GROQ_API_KEY"],
  ["xAI", "XAI_API_KEY"],
  ["Moonshot", "MOONSHOT_API_KEY", "MOONSHOT_BASE_URL"],
  ["Zhipu", "ZHIPUAI_API_KEY"],
  ["SiliconFlow", "SILICONFLOW_API_KEY"],
  ["Ollama", "", "OLLAMA_HOST"],
];

/** Nothing of the environment reaches this Brooklet: its provider is connected on the page. */
const test = base.extend<{ settings: Settings }>({
  server: async ({}, use) => {
    const server = await Server.start({});
    await use(server);
    await server.dispose();
  },
  settings: async ({ page }, use) => use(new Settings(page)),
});

const long = process.env.LIVE_QUESTION ?? "Count from 1 to 400, one number a line, and nothing else.";

for (const [name, keyed, placed] of SERVICES) {
  const key = process.env[keyed] ?? "";
  const address = placed ? process.env[placed] : undefined;
  const model = process.env[`LIVE_MODEL_${name.toUpperCase().replace(/\W/g, "_")}`];

  test(`${name} is connected, tested, chatted with, stopped, and told of a wrong key`, async ({ chat, page, server, settings, watch }) => {
    test.skip(keyed ? !key : !address, `${keyed || placed} is not set`);
    await settings.open();
    await settings.connect.click();
    const { form } = settings;
    await form.service.selectOption(name);
    if (address) await form.address.fill(address);
    if (key) await form.key.fill(key);
    if (model) await form.models.fill(model);
    await form.test.click();
    await expect(form.said).toHaveText(/^It works/);
    await form.save.click();
    const row = settings.rows.first();
    await expect(row).toContainText(/\d+ models?/);

    await chat.open();
    await chat.say("Say the word brook, and nothing else.");
    await chat.reply.is("complete");
    const said = await chat.reply.exactly();
    expect(said.toLowerCase()).toContain("brook");
    await chat.reply.about.click();
    await expect(chat.reply.facts).toContainText("tokens");
    await page.reload();
    await chat.ready();
    await chat.reply.says(said);

    await chat.say(long);
    await chat.reply.is("streaming");
    // What is on the screen outlives the server.
    watch.expect(NETWORK);
    await expect.poll(async () => (await chat.reply.exactly()).length).toBeGreaterThan(10);
    await chat.stop.click();
    await chat.reply.is("stopped");
    const kept = await chat.reply.exactly();
    await server.kill();
    await server.restart();
    await page.reload();
    await chat.ready();
    await chat.reply.says(kept);

    // One that asks for no key takes everybody.
    if (!key) return;
    watch.expect(/502/);
    await settings.open();
    await row.getByRole("button", { name: /^Edit/ }).click();
    await form.key.fill(`${key.slice(0, -4)}AAAA`);
    await form.save.click();
    await expect(row.getByRole("button", { name: /^Test/ })).toBeVisible();
    await row.getByRole("button", { name: /^Test/ }).click();
    await expect(row.getByRole("alert").filter({ hasText: "refused the key" })).toBeVisible();
  });
}
