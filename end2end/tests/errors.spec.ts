import { textOf } from "../fixtures/api";
import { expect, test } from "../fixtures/test";

// What the model's server does, what the person is told, and the step that is offered.
const refusals = [
  { model: "refuse-500", status: "failed", says: /the model is on fire/ },
  { model: "refuse-401", status: "failed", says: /key/i },
  { model: "refuse-429", status: "failed", says: /limit/i },
  { model: "error-200", status: "failed", says: /out of memory/ },
  { model: "html", status: "failed", says: /no reply|base URL/i },
] as const;

for (const { model, status, says } of refusals) {
  test(`the model's server answers like ${model}: the reply says so and can be tried again`, async ({ chat, upstream }) => {
    const question = `please ${model}`;
    await chat.open();
    await chat.ask(model, question);
    await chat.reply.is(status);
    await expect(chat.reply.article).toContainText(says);
    await expect(chat.reply.regenerate).toBeVisible();

    // The server goes on, and so does the conversation.
    await chat.choose("echo");
    await chat.say("and now?");
    await expect(chat.replies).toHaveCount(2);
    await chat.reply.is("complete");
    await chat.reply.says("and now?");
    await upstream.answered("and now?");
  });
}

for (const model of ["cut", "reset"]) {
  test(`the model's server breaks off (${model}): what was said is kept, and the reply says so`, async ({ api, chat }) => {
    await chat.open();
    const conversation = await chat.ask(model, "say a lot");
    await chat.reply.is("interrupted");
    await chat.reply.says("This reply breaks");
    await expect(chat.reply.article).toContainText(/broke off|interrupted/i);
    await expect(chat.reply.regenerate).toBeVisible();
    expect(textOf((await api.messages(conversation)).at(-1)!)).toBe("This reply breaks");
  });
}

test("a model's server that says nothing can be stopped", async ({ chat, upstream }) => {
  await chat.open();
  await chat.ask("hang", "hello?");
  await upstream.asked("hello?");
  await chat.reply.is("waiting");
  await chat.stop.click();
  await chat.reply.is("stopped");
  await expect.poll(async () => (await upstream.asked("hello?")).closed).toBe(true);
});

test("a limit that is waited out says so while it lasts, also after a reload", async ({ chat, page }) => {
  await chat.open();
  await chat.ask("refuse-wait", "in 25 seconds, please");
  const told = /OpenAI-compatible is at its limit\. Try 2 of 3 follows within (2[5-9]|3[0-2]) s\./;
  await expect(chat.reply.article).toContainText(told);
  await chat.reply.is("waiting");
  await expect(chat.reply.article.getByText("Waiting for the model…")).toBeHidden();
  await page.reload();
  await chat.ready();
  await expect(chat.reply.article).toContainText(told);
  await chat.stop.click();
  await chat.reply.is("stopped");
  await expect(chat.reply.article).not.toContainText("at its limit");
});

test("a model that is silent for long is spoken of, and not before", async ({ chat, page }) => {
  await chat.open();
  await chat.ask("hang", "are you there?");
  const patience = chat.reply.article.getByText("Nothing has come yet");
  await expect(chat.reply.article).toContainText("Waiting for the model…");
  await expect(patience).toBeHidden();
  // As if it had been looked at for long.
  await page.evaluate(() => document.getAnimations().forEach((it) => it.effect?.getComputedTiming().iterations === 1 && it.finish()));
  await expect(patience).toBeVisible();
  await chat.stop.click();
  await chat.reply.is("stopped");
  await expect(patience).toHaveCount(0);
});

test("a message that is too large is refused with the limit, and the draft is kept", async ({ chat, page, watch }) => {
  watch.expect(/413/);
  await chat.open();
  const draft = "a".repeat(2 * 1024 * 1024 + 1);
  // Typed by script: as many key presses would take the whole day.
  await chat.composer.evaluate((area: HTMLTextAreaElement, text) => {
    area.value = text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }, draft);
  await chat.send.click();
  await expect(chat.problem).toContainText(/2\s?MiB/);
  expect(await chat.composer.evaluate((area: HTMLTextAreaElement) => area.value.length)).toBe(draft.length);
  await expect(page).toHaveURL(/\/$/);
});

test("a draft survives a reload", async ({ chat, page }) => {
  await chat.open();
  await chat.composer.fill("half a thought");
  await page.reload();
  await chat.ready();
  await expect(chat.composer).toHaveValue("half a thought");
});

test("an empty message is not sent", async ({ api, chat, page }) => {
  await chat.open();
  await chat.composer.fill("   ");
  await chat.composer.press("Enter");
  await chat.send.click();
  await expect(chat.words).toContainText("write something first");
  await expect(page).toHaveURL(/\/$/);
  await expect(chat.composer).toHaveValue("   ");
  expect((await api.call<{ conversations: unknown[] }>("list_conversations", {})).conversations).toEqual([]);
});

test("a conversation that is not there says so, with status 404", async ({ page, watch }) => {
  watch.expect(/404/);
  for (const path of ["/c/01920000-0000-7000-8000-000000000000", "/c/nonsense", "/nowhere"]) {
    const response = await page.goto(path);
    expect(response?.status(), path).toBe(404);
    await expect(page.getByRole("heading", { name: /not|no such|nothing/i })).toBeVisible();
    await expect(page.getByRole("link", { name: /new/i }).first()).toBeVisible();
  }
});

test("a conversation that could not be read is read by trying again", async ({ chat, page, sidebar, watch }) => {
  watch.expect(/500/);
  await chat.open();
  await chat.ask("echo", "over stones and downhill");
  await chat.reply.is("complete");
  await page.goto("/");
  const asked = "**/api/get_conversation";
  const error = { code: "internal", message: "something went wrong in the server" };
  await page.route(asked, (route) => route.fulfill({ status: 500, json: { error } }));
  await sidebar.open();
  await sidebar.link("over stones and downhill").click();
  await expect(page.getByRole("heading", { name: "The conversation could not be read" })).toBeVisible();
  await page.unroute(asked);
  await page.getByRole("link", { name: "Try again" }).click();
  await chat.reply.says("over stones and downhill");
});
