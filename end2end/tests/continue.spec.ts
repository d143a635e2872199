import { textOf } from "../fixtures/api";
import { expect, NETWORK, test } from "../fixtures/test";
import type { Upstream } from "../fixtures/upstream";
import type { ChatPage } from "../pages/chat";

const QUESTION = "the reply goes on from the very character where it was";
const WORDS = QUESTION.split(/(?<= )/);
const first = (words: number) => WORDS.slice(0, words).join("");
const REST = WORDS.length - 4 + 1;

/** Asks, and waits for the first four words; gives the conversation. */
async function halfway(chat: ChatPage, upstream: Upstream): Promise<string> {
  await chat.open();
  const conversation = await chat.ask("gated", QUESTION);
  await upstream.release(QUESTION, 4);
  await chat.reply.says(first(4));
  return conversation;
}

async function stop(chat: ChatPage): Promise<void> {
  await chat.stop.click();
  await chat.reply.is("stopped");
}

test.beforeEach(async ({ upstream }) => upstream.madeBy("llamacpp"));

test("kill -9 in mid-reply: it goes on by itself after the restart, and says where on demand", async ({ api, chat, server, upstream, watch }) => {
  watch.expect(NETWORK);
  const conversation = await halfway(chat, upstream);

  await server.kill();
  await server.restart();
  await upstream.askedTimes(QUESTION, 2);
  await upstream.release(QUESTION, REST);
  await chat.reply.is("complete");
  await chat.reply.says(QUESTION);
  expect(textOf((await api.messages(conversation)).at(-1)!)).toBe(QUESTION);

  const line = chat.reply.article.getByRole("button", { name: "Continued once" });
  await line.click();
  await expect(chat.reply.article.getByRole("listitem")).toHaveText(/the reply goes on\s+continued here\s+from the very/);
  await line.click();
  await expect(chat.reply.article.getByRole("listitem")).toHaveCount(0);
});

test("a restart of a few seconds shows no error, and the reply goes on", async ({ chat, page, server, upstream, watch }) => {
  watch.expect(NETWORK);
  await halfway(chat, upstream);
  // Whatever is said meanwhile is remembered.
  await page.evaluate(() => {
    const seen = ((window as unknown as { seen: string[] }).seen = []) as string[];
    new MutationObserver(() => seen.push(document.body.innerText)).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  await server.stop();
  await server.restart();
  await upstream.askedTimes(QUESTION, 2);
  await upstream.release(QUESTION, REST);
  await chat.reply.is("complete");
  await chat.reply.says(QUESTION);
  const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen.join("\n"));
  expect(seen).not.toMatch(/offline|broke off|failed|cannot|Try again|error/i);
});

test("a stopped reply is continued by one press, also after a reload", async ({ chat, page, upstream }) => {
  await halfway(chat, upstream);
  await stop(chat);
  await page.reload();
  await chat.ready();
  await chat.reply.article.getByRole("button", { name: "Continue" }).click();
  await upstream.askedTimes(QUESTION, 2);
  await upstream.release(QUESTION, REST);
  await chat.reply.is("complete");
  await chat.reply.says(QUESTION);
  await expect(chat.replies).toHaveCount(1);
  await expect(chat.reply.version).toHaveCount(0);
});

test("what said nothing is asked again in its own place", async ({ chat, upstream }) => {
  await chat.open();
  await chat.ask("refuse-401", "please answer");
  await chat.reply.is("failed");
  await upstream.askedTimes("please answer", 1);
  await chat.reply.article.getByRole("button", { name: "Try again" }).click();
  await upstream.askedTimes("please answer", 2);
  await chat.reply.is("failed");
  await expect(chat.reply.version).toHaveCount(0);
});

test("what is pressed while the server restarts is done when it is there again", async ({ api, chat, server, sidebar, upstream, watch }) => {
  watch.expect(NETWORK);
  await chat.open();
  await chat.ask("echo", "another conversation");
  await chat.reply.is("complete");
  const conversation = await halfway(chat, upstream);

  // Stop: the reply does not go on.
  await server.kill();
  await chat.stop.click();
  await server.restart();
  await chat.reply.is("stopped");
  await chat.reply.says(first(4));
  await expect(chat.problem).toHaveCount(0);

  // Continue.
  await server.kill();
  await chat.reply.article.getByRole("button", { name: "Continue" }).click();
  await server.restart();
  // How often the model was asked depends on whether the first restart went on with the reply before it heard of the Stop.
  await expect(async () => {
    await upstream.release(QUESTION, REST);
    await expect(chat.reply.article).toHaveAttribute("data-status", "complete", { timeout: 500 });
  }).toPass();
  await chat.reply.says(QUESTION);

  // Send.
  await chat.choose("echo");
  await server.kill();
  await chat.say("sent to nobody");
  await server.restart();
  await chat.reply.says("sent to nobody");
  await expect(chat.replies).toHaveCount(2);
  expect((await api.messages(conversation)).length).toBe(4);
  await expect(chat.problem).toHaveCount(0);

  // Open another conversation.
  await server.kill();
  await sidebar.open();
  await sidebar.link("another conversation").click();
  await server.restart();
  await chat.reply.says("another conversation");
});

test("after Continue the focus is in the reply, and stays with who writes on", async ({ chat, page, upstream }) => {
  await halfway(chat, upstream);
  await stop(chat);
  const article = chat.reply.article;
  await article.getByRole("button", { name: "Continue" }).press("Enter");
  await upstream.askedTimes(QUESTION, 2);
  await upstream.release(QUESTION, REST);
  await chat.reply.is("complete");
  await expect(article).toBeFocused();

  await chat.choose("echo");
  await chat.composer.click();
  await page.keyboard.type("and now?");
  await page.keyboard.press("Enter");
  await expect(chat.replies).toHaveCount(2);
  await chat.reply.says("and now?");
  await expect(chat.composer).toBeFocused();
});

test("a model that cannot go on with a text says so, and writes another reply beside it", async ({ chat, page, upstream }) => {
  await upstream.madeBy("somebody");
  await halfway(chat, upstream);
  await stop(chat);
  await chat.reply.article.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByText("This model cannot go on with a text.")).toBeVisible();
  await expect(chat.reply.version).toHaveText(/2\s*\/\s*2/);
});
