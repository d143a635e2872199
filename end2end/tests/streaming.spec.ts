import { foldText, textOf } from "../fixtures/api";
import { expect, test } from "../fixtures/test";

test("a reply appears token by token", async ({ chat, upstream }) => {
  const words = ["One", "two", "three", "four", "five"];
  const question = words.join(" ");
  await chat.open();
  await chat.ask("gated", question);
  await chat.reply.is("waiting");

  for (let said = 1; said <= words.length; said++) {
    await upstream.release(question);
    await chat.reply.says(question.split(/(?<= )/).slice(0, said).join(""));
    await chat.reply.is("streaming");
  }

  await upstream.release(question);
  await chat.reply.is("complete");
  await expect(chat.stop).toBeHidden();
});

test("a quick reply grows in order and ends exact", async ({ chat, page, upstream }) => {
  await chat.open();
  // Every text that the page shows, from the first on.
  await page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    new MutationObserver(() => {
      const parts = document.querySelectorAll('article[data-role="assistant"] [data-part=text]');
      const text = [...parts].map((part) => part.textContent).join("");
      if (text !== (seen.at(-1) ?? "")) seen.push(text);
    }).observe(document, { subtree: true, childList: true, characterData: true });
  });
  const question = "300 150";
  await chat.ask("count", question);
  await chat.reply.is("complete");

  const { text } = await upstream.answered(question);
  await chat.reply.says(text);
  const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen);
  expect(seen.length, "sizes seen").toBeGreaterThanOrEqual(3);
  for (const [index, shown] of seen.entries()) {
    expect(text.startsWith(shown), `what was shown is a beginning: ${shown.slice(-40)}`).toBe(true);
    expect(shown.length).toBeGreaterThan(index === 0 ? 0 : seen[index - 1].length);
  }
});

test("what is shown, copied, stored and streamed is what the model sent, byte for byte", async ({ api, chat, upstream }) => {
  const question = "everything that is difficult about text";
  await chat.open();
  const conversation = await chat.ask("unicode", question);
  await chat.reply.is("complete");
  const { text, reasoning } = await upstream.answered(question);
  expect(text.length).toBeGreaterThan(0);

  await expect(chat.reply.text).toContainText("小溪");
  expect(await chat.reply.copied()).toBe(text);

  const reply = (await api.messages(conversation)).at(-1)!;
  expect(textOf(reply)).toBe(text);
  expect(reply.parts.filter((part) => part.kind === "reasoning").map((part) => part.text).join("")).toBe(reasoning);

  const { events } = await api.events(`/api/replies/${reply.id}/events`);
  expect(foldText(events, reply.id)).toEqual(reply.parts.map(({ kind, text }) => ({ kind, text })));
});

test("what a person wrote is kept and copied byte for byte", async ({ api, chat }) => {
  const question = "  two  spaces\n\n\ta tab, 中文，emoji 👩‍👩‍👧‍👦, and a quote: \"<b>&amp;</b>\"\nend";
  await chat.open();
  const conversation = await chat.ask("echo", question);
  await chat.reply.is("complete");
  expect((await api.messages(conversation)).map(textOf)).toEqual([question, question]);
  await chat.question.says(question);
  expect(await chat.reply.copied()).toBe(question);
});

test("thoughts are apart from the reply and are not copied", async ({ chat, upstream }) => {
  const question = "say this";
  await chat.open();
  await chat.ask("think", question);
  await chat.reply.is("complete");
  const { text, reasoning } = await upstream.answered(question);
  await expect(chat.reply.article).toContainText(reasoning);
  await chat.reply.says(text);
  expect(await chat.reply.copied()).toBe(text);
});

test("a conversation goes on, and the sidebar names it", async ({ chat, sidebar, upstream }) => {
  await chat.open();
  await chat.ask("echo", "first question");
  await chat.reply.is("complete");
  await expect(sidebar.link("first question")).toBeVisible();

  await chat.say("second question");
  await expect(chat.questions).toHaveCount(2);
  await expect(chat.replies).toHaveCount(2);
  await chat.reply.is("complete");
  await chat.reply.says("second question");
  await upstream.answered("second question");
});

test("stop ends a reply and keeps what was said", async ({ api, chat, upstream }) => {
  const question = "kept words and lost words";
  await chat.open();
  const conversation = await chat.ask("gated", question);
  await upstream.release(question, 2);
  await chat.reply.says("kept words ");
  await chat.stop.click();
  await chat.reply.is("stopped");
  await chat.reply.says("kept words ");
  await expect.poll(async () => (await upstream.asked(question)).closed).toBe(true);
  expect(textOf((await api.messages(conversation)).at(-1)!)).toBe("kept words ");
});

test("regenerate writes another reply to the same question", async ({ api, chat, upstream }) => {
  const question = "again please";
  await chat.open();
  const conversation = await chat.ask("echo", question);
  await chat.reply.is("complete");
  const first = await chat.reply.article.getAttribute("data-message");
  await chat.reply.regenerate.click();
  await expect(chat.reply.article).not.toHaveAttribute("data-message", first!);
  await chat.reply.is("complete");
  await chat.reply.says(question);
  await upstream.answered(question);
  expect(await api.messages(conversation)).toHaveLength(2);
});
