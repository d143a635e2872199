import AxeBuilder from "@axe-core/playwright";
import http from "node:http";
import net from "node:net";
import { Server } from "../fixtures/server";
import { expect, test as base } from "../fixtures/test";
import { Upstream } from "../fixtures/upstream";

// Each of these begins with a Brooklet that has the models which the journey says, and no others.
const test = base.extend<{ env: Record<string, string>; port: number }>({
  env: [{}, { option: true }],
  /** Nothing listens there yet; Brooklet looks for models at it. */
  port: async ({}, use) => use(await freePort()),
  server: async ({ env, port }, use, testInfo) => {
    const server = await Server.start({ BROOKLET_LOCAL_PORTS: String(port), ...env });
    await use(server);
    await server.dispose();
    if (testInfo.status !== testInfo.expectedStatus) await testInfo.attach("server", { body: server.said });
  },
});

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const listener = net.createServer().once("error", fail);
    listener.listen(0, "127.0.0.1", () => {
      const { port } = listener.address() as net.AddressInfo;
      listener.close(() => done(port));
    });
  });
}

/** A model server that has only a list. */
async function catalogue(port: number, names: string[]): Promise<http.Server> {
  const data = names.map((id) => ({ id, object: "model" }));
  const server = http.createServer((_, response) => {
    response.setHeader("content-type", "application/json").end(JSON.stringify({ object: "list", data }));
  });
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  return server;
}

const phone = { width: 390, height: 844 };

test("a model server that is started later is found by itself", async ({ chat, page, port }) => {
  await page.clock.install();
  await chat.open();
  await chat.model.is("brooklet/guide");
  await expect(chat.model.button).toContainText("no model connected");

  const upstream = await Upstream.start(port);
  await page.clock.fastForward(31_000);
  await chat.model.is(`local-${port}/echo`);
  await expect(chat.model.button).not.toContainText("key");
  await chat.say("found you");
  await chat.reply.is("complete");
  await chat.reply.says("found you");
  await upstream.dispose();
});

test("an open picker shows a new model in place, and a reload keeps it", async ({ chat, page, port }) => {
  await chat.open();
  await chat.model.open();
  await expect(chat.model.options).toHaveCount(1);
  await expect(chat.model.panel).toContainText("it appears here by itself");
  await page.keyboard.press("Escape");
  await expect(chat.model.button).toBeFocused();

  const upstream = await Upstream.start(port);
  await chat.model.open();
  await expect(chat.model.option(`local-${port}/echo`)).toBeVisible();
  await expect(chat.model.panel).toContainText(`port ${port} of this machine`);
  await expect(chat.model.option("brooklet/guide")).toHaveCount(1);
  await page.reload();
  await chat.ready();
  await chat.model.is(`local-${port}/echo`);
  await upstream.dispose();
});

test("whoever chose the guide by hand keeps it", async ({ chat, page, port }) => {
  const upstream = await Upstream.start(port);
  await chat.open();
  await chat.model.is(`local-${port}/echo`);
  await chat.pick("brooklet/guide");
  await page.reload();
  await chat.ready();
  await chat.model.is("brooklet/guide");
  await chat.say("Where are my conversations stored?");
  await chat.reply.is("complete");
  await expect(chat.reply.article).toContainText("A model is connected");
  await upstream.dispose();
});

test("without a model the guide quotes the documentation, then says so, and how to connect one where that is asked", async ({ chat }) => {
  await chat.open();
  await chat.say("How do I set up Ollama?");
  await chat.reply.is("complete");
  const said = await chat.reply.exactly();
  expect(said).toContain("ollama pull qwen3");
  expect(said.split("No language model is connected")[0], "the answer comes first").toContain("Connect a model: Ollama");
  expect(said).toContain("No language model is connected");

  await chat.say("How do I delete a conversation?");
  await expect(chat.reply.article).toContainText("Using the page: Delete a conversation");
  await chat.reply.is("complete");
  await expect(chat.reply.article).toContainText("No language model is connected");
  await expect(chat.reply.article).not.toContainText("ollama pull");
});

test.describe("with keys", () => {
  test.use({
    env: async ({}, use) => {
      const upstream = await Upstream.start();
      await use({
        ANTHROPIC_API_KEY: "sk-ant-journey",
        ANTHROPIC_BASE_URL: upstream.url.replace(/\/v1$/, ""),
        OLLAMA_HOST: "no such form",
      });
      await upstream.dispose();
    },
  });

  test("a key is shown as key, and a wrong setting says what to mend", async ({ chat }) => {
    await chat.open();
    await chat.model.is("anthropic/echo");
    await expect(chat.model.button).toContainText("Anthropic · key");
    await chat.model.open();
    const group = chat.model.panel.getByRole("group", { name: /Anthropic/ });
    await expect(group).toContainText("ANTHROPIC_API_KEY");
    await expect(group.getByTitle(/may have to pay/)).toBeVisible();
    await expect(chat.model.panel.locator("[data-provider=ollama]")).toContainText("OLLAMA_HOST cannot be used");
    await chat.model.option("anthropic/echo").click();
    await chat.say("over the key");
    await chat.reply.says("over the key");
  });
});

test.describe("with an address where nothing listens", () => {
  test.use({
    env: async ({}, use) => use({ OPENAI_BASE_URL: `http://127.0.0.1:${await freePort()}/v1`, OPENAI_API_KEY: "sk-journey" }),
  });

  test("the picker says why, and the first reload after the start has the models", async ({ chat, env, page }) => {
    await chat.open();
    await chat.model.is("brooklet/guide");
    await chat.model.open();
    await expect(chat.model.panel.locator("[data-provider=openai]")).toContainText("nothing listens there");
    await expect(chat.model.panel.locator("[data-provider=openai]")).toContainText("OPENAI_BASE_URL");

    const upstream = await Upstream.start(Number(new URL(env.OPENAI_BASE_URL).port));
    await page.reload();
    await chat.ready();
    await chat.model.is("openai/echo");
    await upstream.dispose();
  });

  test("a model that goes away stays the conversation's, and says so", async ({ chat, env, page }) => {
    const port = Number(new URL(env.OPENAI_BASE_URL).port);
    let upstream = await Upstream.start(port);
    await chat.open();
    await chat.model.is("openai/echo");
    await chat.say("are you there?");
    await chat.reply.says("are you there?");
    await upstream.dispose();

    // Many tabs that look at once are answered by one look: what it found holds for a moment, and then another opening tells.
    await expect(async () => {
      await chat.model.open();
      await expect(chat.model.panel.getByRole("option", { name: "echo" })).toBeVisible();
      const told = expect(chat.model.button).toContainText("not there now", { timeout: 1_000 });
      await told.finally(() => page.keyboard.press("Escape"));
    }).toPass();
    await page.reload();
    await chat.ready();
    await chat.model.is("openai/echo");
    await chat.say("and now?");
    await expect(chat.replies).toHaveCount(2);
    await chat.reply.is("failed");
    await expect(chat.reply.article).toContainText(/cannot be reached.*nothing listens there/i);
    await expect(chat.reply.article).toContainText(/choose another model/i);

    upstream = await Upstream.start(port);
    await chat.say("back again");
    await expect(chat.replies).toHaveCount(3);
    await chat.reply.says("back again");
    await upstream.dispose();
  });
});

test("300 models: searched, walked by keys, chosen, and remembered", async ({ chat, page, port }) => {
  const names = Array.from({ length: 300 }, (_, n) => `vendor/model-${String(n).padStart(3, "0")}`);
  const server = await catalogue(port, names);
  const id = (n: number) => `local-${port}/vendor/model-${String(n).padStart(3, "0")}`;
  await chat.open();
  await chat.model.is(id(0));
  await chat.model.button.focus();
  await page.keyboard.press("ArrowDown");
  await expect(chat.model.search).toBeFocused();
  await expect(chat.model.options).toHaveCount(301);
  await page.keyboard.press("ArrowUp");
  await expect(chat.model.active).toHaveAttribute("data-option", "brooklet/guide");
  await expect(chat.model.active).toBeInViewport();
  await page.keyboard.press("ArrowDown");
  await expect(chat.model.active).toHaveAttribute("data-option", id(0));

  await page.keyboard.type("MODEL 29");
  await expect(chat.model.options).toHaveCount(13);
  await page.keyboard.press("ArrowDown");
  await expect(chat.model.search).toHaveAttribute("aria-activedescendant", "model-1");
  await page.keyboard.press("Enter");
  await expect(chat.model.panel).toBeHidden();
  await expect(chat.model.button).toBeFocused();
  await chat.model.is(id(129));
  await page.reload();
  await chat.ready();
  await chat.model.is(id(129));

  await chat.model.open();
  await expect(chat.model.option(id(129))).toBeInViewport();
  await expect(chat.model.option(id(129))).toHaveAttribute("aria-selected", "true");
  await page.keyboard.type("no such thing");
  await expect(chat.model.panel).toContainText("No model has that in its name");
  await page.keyboard.press("Escape");
  await expect(chat.model.panel).toBeHidden();
  await chat.model.is(id(129));
  server.close();
});

test("a short list is walked by keys and letters, and a click beside it closes it", async ({ chat, page, port }) => {
  const server = await catalogue(port, ["alder", "birch", "beech"]);
  await chat.open();
  await chat.model.open();
  await expect(chat.model.search).toHaveCount(0);
  await expect(chat.model.list).toBeFocused();
  await page.keyboard.press("b");
  await expect(chat.model.active).toHaveText(/birch/);
  await page.keyboard.press("b");
  await expect(chat.model.active).toHaveText(/beech/);
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await chat.model.is(`local-${port}/beech`);

  await chat.model.open();
  await page.locator("main").click({ position: { x: 5, y: 5 } });
  await expect(chat.model.panel).toBeHidden();
  await chat.model.open();
  await chat.model.button.click();
  await expect(chat.model.panel).toBeHidden();
  server.close();
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`${colorScheme} on a phone`, () => {
    test.use({ colorScheme, viewport: phone, hasTouch: true, isMobile: true });

    test("the picker fits, and axe finds nothing", async ({ chat, page, port }) => {
      const server = await catalogue(port, Array.from({ length: 40 }, (_, n) => `a-model-with-a-rather-long-name-${n}-instruct-q4_K_M`));
      await chat.open();
      await chat.model.button.tap();
      await expect(chat.model.panel).toBeVisible();
      await expect(chat.model.search, "no keyboard over the list").not.toBeFocused();
      const box = (await chat.model.panel.boundingBox())!;
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.y).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(phone.width);
      expect(box.y + box.height).toBeLessThanOrEqual(phone.height);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(phone.width);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`))).toEqual([]);
      await chat.model.options.nth(3).tap();
      await expect(chat.model.button).toContainText("-3-");
      server.close();
    });
  });
}
