import { Server } from "../fixtures/server";
import { expect, NETWORK, test as base } from "../fixtures/test";
import { Settings } from "../pages/settings";

const KEY = "sk-journey-of-a-key";

/** A Brooklet that nobody told of any model. */
const test = base.extend<{ settings: Settings }>({
  server: async ({}, use, testInfo) => {
    const server = await Server.start({});
    await use(server);
    await server.dispose();
    if (testInfo.status !== testInfo.expectedStatus) await testInfo.attach("server", { body: server.said });
  },
  settings: async ({ page }, use) => use(new Settings(page)),
});

test("a provider is connected, tested, chatted with, and its broken key is told as it is", async ({ chat, page, server, settings, upstream, watch }) => {
  await upstream.takesOnly(KEY);
  await chat.open();
  await chat.model.open();
  await page.getByRole("link", { name: "Connect a provider" }).click();
  await expect(page).toHaveURL(/\/settings#connect$/);
  await expect(page.getByText("Nobody is connected yet.")).toBeVisible();
  const { form } = settings;
  await expect(form.service).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(settings.connect).toBeFocused();
  await settings.connect.click();
  await expect(form.service).toBeFocused();
  await expect(form.form.getByRole("link", { name: "Get a key" })).toHaveAttribute("href", /^https:\/\/platform\.openai\.com\//);
  await form.service.selectOption("OpenAI-compatible server");
  await form.name.fill("My server");
  await form.address.fill(upstream.url);
  await form.key.fill("sk-a-wrong-key");
  await form.test.click();
  watch.expect(/502/);
  await expect(form.problem).toHaveText("My server refused the key: Incorrect API key provided. Copy the key once more from its website.");
  await form.key.fill(KEY);
  await form.test.click();
  await expect(form.said).toHaveText(/^It works: \d+ models, and \S+ answered in (less than )?\d+\.\d s\.$/);
  await expect(form.problem).toHaveCount(0);
  await form.save.click();
  const row = settings.row("my-server");
  await expect(row.item).toContainText(/My server.*\d+ models/);
  await expect(row.button("Edit")).toBeFocused();

  await page.getByRole("link", { name: /^New chat/ }).first().click();
  await chat.pick("my-server/echo");
  await chat.say("through a provider of the page");
  await chat.reply.is("complete");
  await chat.reply.says("through a provider of the page");
  const conversation = chat.conversation;

  // The provider takes another key from now on.
  await upstream.takesOnly("sk-another-one");
  await chat.say("does it still work?");
  await chat.reply.is("failed");
  await expect(chat.reply.article).toContainText("My server refused the key. Enter a valid key for it in the settings.");
  await expect(chat.reply.article.getByText("Incorrect API key provided.")).toBeHidden();
  await chat.reply.article.getByText("What it said").click();
  await expect(chat.reply.article.getByText("Incorrect API key provided.")).toBeVisible();
  await chat.reply.article.getByRole("link", { name: "Open the settings" }).click();
  await expect(row.button("Test")).toBeFocused();
  await row.button("Test").click();
  await expect(row.problem.last()).toHaveText("My server refused the key: Incorrect API key provided. Copy the key once more from its website.");
  await row.button("Edit").click();
  await form.key.fill("sk-another-one");
  await form.save.click();
  await expect(form.form).toHaveCount(0);
  await row.button("Test").click();
  await expect(row.said).toHaveText(/^It works/);

  // All of it outlives the server.
  watch.expect(NETWORK);
  await server.kill();
  await server.restart();
  await chat.open(conversation);
  await chat.say("and after a restart?");
  await chat.reply.is("complete");
  await chat.reply.says("and after a restart?");
});

test("a provider is turned off, on, changed and deleted", async ({ api, chat, page, settings, upstream }) => {
  const provider = { service: "openai-compatible", name: "Mine", base_url: upstream.url, key: KEY };
  await api.call("add_provider", { provider });
  await settings.open();
  const row = settings.row("mine");
  await row.button("Turn off").click();
  await expect(row.item).toContainText("Off: its models are not offered.");
  await chat.open();
  await chat.model.is("brooklet/guide");
  await settings.open();
  await row.button("Turn on").click();
  await expect(row.item).toContainText(/\d+ models/);

  // Another address wants the key again, and says so before it is sent.
  await row.button("Edit").click();
  await expect(settings.form.key).toHaveValue("");
  await expect(settings.form.form).toContainText("One is kept.");
  await settings.form.address.fill(upstream.url.replace("127.0.0.1", "localhost"));
  await expect(settings.form.form).toContainText("The key that is kept was entered for another address: enter it again.");
  // What was typed goes by its own button only.
  await page.keyboard.press("Escape");
  await expect(settings.form.address).toHaveValue(/localhost/);
  await settings.form.form.getByRole("button", { name: "Cancel" }).click();
  await expect(settings.form.form).toHaveCount(0);
  await expect(row.button("Edit")).toBeFocused();
  await row.button("Edit").click();
  await page.keyboard.press("Escape");
  await expect(settings.form.form).toHaveCount(0);

  await row.button("Edit").click();
  await settings.form.models.fill("echo\n");
  await settings.form.save.click();
  await expect(row.item).toContainText("1 model");

  await row.button("Delete").click();
  await expect(row.item.getByRole("alert").first()).toHaveText("Delete Mine and its key for good?");
  await expect(row.button("Cancel")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(row.button("Delete")).toBeFocused();
  await row.button("Delete").click();
  await row.button("Delete").click();
  await expect(settings.rows).toHaveCount(0);
  await expect(settings.connect).toBeFocused();
});

test("what is said of one try holds no more at the next, and the keyboard stays where it was", async ({ settings, upstream, watch }) => {
  await settings.open();
  await settings.connect.click();
  const { form } = settings;
  await form.service.selectOption("OpenAI-compatible server");
  await form.address.fill("http://127.0.0.1:9/v1");
  watch.expect(/502/);
  await form.test.click();
  await expect(form.problem).toContainText("nothing listens there");
  await expect(form.test).toBeFocused();
  await form.address.fill("not an address");
  watch.expect(/422/);
  await form.save.click();
  await expect(form.problem).toHaveCount(1);
  await form.address.fill(upstream.url);
  await form.test.click();
  await expect(form.said).toHaveText(/^It works/);
  await expect(form.problem).toHaveCount(0);
  await form.save.press("Enter");
  await expect(settings.row("openai-compatible-server").button("Edit")).toBeFocused();
});

test("what is typed for one provider stays while another changes, here and elsewhere", async ({ api, page, settings, upstream, watch }) => {
  for (const name of ["One", "Two"]) {
    await api.call("add_provider", { provider: { service: "openai-compatible", name, base_url: upstream.url, key: KEY } });
  }
  await settings.open();
  const [one, two] = [settings.row("one"), settings.row("two")];
  await one.button("Edit").click();
  await settings.form.name.fill("Uno");
  await two.button("Turn off").click();
  await expect(two.item).toContainText("Off");
  await expect(two.button("Turn on")).toBeFocused();
  await expect(settings.form.name).toHaveValue("Uno");
  // Another form beside it takes nothing away.
  await two.button("Edit").click();
  await expect(two.item.getByLabel("Name", { exact: true })).toHaveValue("Two");
  await expect(one.item.getByLabel("Name", { exact: true })).toHaveValue("Uno");
  await page.keyboard.press("Escape");

  // Somebody was first: who is told so may mean it all the same.
  await api.call("change_provider", { change: { id: "one", seen: 1, name: "Eins" } });
  watch.expect(/409/);
  await settings.form.save.click();
  await expect(settings.form.problem).toContainText("It was changed elsewhere.");
  await expect(one.name).toHaveText("Eins");
  await expect(settings.form.name).toHaveValue("Uno");
  await settings.form.form.getByRole("button", { name: "Forget the key" }).click();
  await settings.form.save.click();
  await expect(one.name).toHaveText("Uno");
  const { providers } = await api.call<{ providers: { id: string; has_key: boolean }[] }>("list_providers", {});
  expect(providers.find(({ id }) => id === "one")!.has_key).toBe(false);

  // One that was deleted elsewhere goes.
  await api.call("delete_provider", { id: "two" });
  watch.expect(/404/);
  await two.button("Turn on").click();
  await expect(two.item).toHaveCount(0);
  await expect(page.getByRole("region", { name: "Providers" }).getByRole("heading", { name: "Uno" })).toBeVisible();
});

base("one of the environment is shown, and changed there", async ({ page }) => {
  const settings = new Settings(page);
  await settings.open();
  const row = settings.row("openai");
  await expect(row.item).toContainText(/OpenAI-compatible.*\d+ models.*From OPENAI_BASE_URL and OPENAI_API_KEY; it is set where Brooklet is started, not here\./s);
  await expect(row.item.getByRole("button")).toHaveCount(1);
  await row.button("Test").click();
  await expect(row.said).toHaveText(/^It works: \d+ models/);
  await expect(page.getByRole("main")).not.toContainText("sk-journey");
});
