import { sizes } from "../fixtures/sizes";
import { expect, test } from "../fixtures/test";
import { ChatPage } from "../pages/chat";

for (const [size, use] of Object.entries(sizes)) {
  test.describe(size, () => {
    test.use(use);

    test("a reply is written anew beside the old one, and both can be reached", async ({ chat, page, upstream }) => {
      await chat.open();
      await chat.ask("echo", "the first of three");
      await chat.reply.is("complete");
      const first = await chat.reply.id();
      await chat.reply.regenerate.click();
      await expect(chat.reply.version).toContainText("2 / 2");
      await chat.reply.is("complete");
      await chat.reply.says("the first of three");
      const second = await chat.reply.id();

      await chat.reply.earlier.click();
      await expect(chat.reply.version).toContainText("1 / 2");
      expect(await chat.reply.id()).toBe(first);
      await expect(chat.reply.earlier).toBeDisabled();
      await expect(chat.reply.article.getByRole("button", { name: "Later version" }), "the focus stays by the arrows").toBeFocused();
      await page.keyboard.press("Enter");
      await expect(chat.reply.version).toContainText("2 / 2");
      expect(await chat.reply.id()).toBe(second);
      await upstream.answered("the first of three");
    });

    test("an own message is edited in its place, also the first, and begins a branch", async ({ chat, page, upstream }) => {
      await chat.open();
      await chat.ask("echo", "what is a brok?");
      await chat.reply.is("complete");
      await chat.question.article.hover();
      await chat.question.edit.click();
      await expect(chat.question.editor).toBeFocused();
      await expect(chat.question.editor).toHaveValue("what is a brok?");
      await chat.question.editor.fill("what is a brook?");
      await page.keyboard.press("Enter");
      await expect(chat.question.version).toContainText("2 / 2");
      await chat.reply.is("complete");
      await chat.reply.says("what is a brook?");
      await upstream.answered("what is a brook?");

      await chat.question.earlier.click();
      await chat.reply.says("what is a brok?");
      await chat.question.later.click();
      await chat.reply.says("what is a brook?");
    });

    test("Escape leaves an edit and keeps what was typed, the original is one press away", async ({ chat, page }) => {
      await chat.open();
      await chat.ask("echo", "as it was");
      await chat.reply.is("complete");
      await chat.question.article.hover();
      await chat.question.edit.click();
      await chat.question.editor.fill("half a thought");
      await page.keyboard.press("Escape");
      await chat.question.says("as it was");
      await expect(chat.question.edit).toBeFocused();
      await chat.question.edit.click();
      await expect(chat.question.editor).toHaveValue("half a thought");
      await chat.question.article.getByRole("button", { name: "Back to the original" }).click();
      await expect(chat.question.editor).toHaveValue("as it was");
      await chat.question.article.getByRole("button", { name: "Cancel" }).click();
      await chat.question.says("as it was");
    });

    test("the address names the branch: a reload and a link show the same, from the server on", async ({ api, chat, context, page, upstream }) => {
      const sent = await api.send("echo", "one question");
      await upstream.answered("one question");
      await chat.open(sent.conversation);
      await chat.reply.is("complete");
      const first = await chat.reply.id();
      await chat.choose("think");
      await chat.reply.regenerate.click();
      await expect(chat.reply.version).toContainText("2 / 2");
      await chat.reply.is("complete");
      await expect(page).toHaveURL(/[0-9a-f]$/);
      expect(page.url()).not.toContain("leaf");

      await chat.reply.earlier.click();
      await expect(page).toHaveURL(new RegExp(`leaf=${first}`));
      const html = await (await fetch(page.url())).text();
      expect(html).toContain(`data-message="${first}"`);
      await page.reload();
      await chat.ready();
      expect(await chat.reply.id()).toBe(first);
      const other = new ChatPage(await context.newPage());
      await other.page.goto(page.url());
      await other.ready();
      expect(await other.reply.id()).toBe(first);

      // From here on this branch is the newest one, and needs no name.
      await chat.choose("echo");
      await chat.say("go on");
      await chat.reply.says("go on");
      await expect(page).not.toHaveURL(/leaf/);
    });

    test("a reply is written anew in another way, or by another model, from one menu", async ({ chat, page, upstream }) => {
      await chat.open();
      await chat.ask("echo", "why is the sky blue?");
      await chat.reply.is("complete");
      const ways = page.getByRole("button", { name: "More ways to regenerate" });
      await ways.click();
      await page.getByRole("menuitem", { name: "Shorter" }).click();
      await expect(chat.reply.version).toContainText("2 / 2");
      await chat.reply.is("complete");
      await expect(chat.reply.about).toHaveText("echo · Shorter");
      expect((await upstream.newest()).user).toMatch(/^Answer my last message again, but much shorter/);
      await page.reload();
      await chat.ready();
      await expect(chat.reply.about).toHaveText("echo · Shorter");

      await ways.click();
      await expect(page.getByRole("menuitem", { name: "Regenerate with echo" })).toHaveCount(0);
      await page.getByRole("menuitem", { name: "Regenerate with count" }).click();
      await expect(chat.reply.version).toContainText("3 / 3");
      await expect(chat.reply.about).toHaveText("count");
      // The choice for the next message is another matter.
      await chat.model.is("openai/echo");
    });

    test("switching keeps the message where it is, and shows its newest continuation", async ({ api, chat, page, upstream }) => {
      const long = Array.from({ length: 80 }, (_, n) => `line ${n}`).join("\n");
      const sent = await api.send("echo", long);
      await upstream.answered(long);
      await chat.open(sent.conversation);
      await chat.reply.is("complete");
      await chat.choose("echo");
      await chat.say("the old continuation");
      await chat.reply.says("the old continuation");
      await chat.question.article.hover();
      await chat.question.edit.click();
      await chat.question.editor.fill("the new continuation");
      await page.keyboard.press("Enter");
      await chat.reply.says("the new continuation");
      await chat.say("and its end");
      await chat.reply.says("and its end");

      const edited = chat.questions.nth(1);
      await edited.getByRole("button", { name: "Earlier version" }).scrollIntoViewIfNeeded();
      const before = await chat.topOf(edited);
      await edited.getByRole("button", { name: "Earlier version" }).click();
      await expect(chat.replies).toHaveCount(2);
      await chat.reply.says("the old continuation");
      const between = await chat.topOf(chat.questions.nth(1));
      await chat.questions.nth(1).getByRole("button", { name: "Later version" }).click();
      await expect(chat.replies).toHaveCount(3);
      await chat.reply.says("and its end");
      // The shorter branch cannot be scrolled as far; back on the longer one nothing has moved from where it was then.
      expect(Math.abs((await chat.topOf(chat.questions.nth(1))) - between)).toBeLessThanOrEqual(2);
      expect(between).toBeGreaterThanOrEqual(before - 2);
    });
  });
}

test("a reply that begins on another branch does not steal the view", async ({ api, chat, page, upstream }) => {
  const sent = await api.send("echo", "stay with me");
  await upstream.answered("stay with me");
  await chat.open(sent.conversation);
  await chat.reply.is("complete");
  const shown = await chat.reply.id();
  await api.call("regenerate_reply", { reply: shown, model: "openai/gated" });
  await expect(chat.reply.version).toContainText("1 / 2");
  expect(await chat.reply.id()).toBe(shown);
  await expect(page).toHaveURL(new RegExp(`leaf=${shown}`));
  // And the reader joins it while it is written.
  await upstream.release("stay with me", 2);
  await chat.reply.later.click();
  await chat.reply.says("stay with ");
  await upstream.release("stay with me", 2);
  await chat.reply.is("complete");
  await chat.reply.says("stay with me");
  expect(await chat.askedAgain()).toBe(0);
});

test("ArrowUp in an empty composer edits the last own message, a click on a link to the conversation shows the chosen path", async ({ chat, page, sidebar }) => {
  await chat.open();
  await chat.ask("echo", "written in haste");
  await chat.reply.is("complete");
  await chat.composer.press("ArrowUp");
  await expect(chat.question.editor).toBeFocused();
  await chat.question.editor.fill("written with care");
  await chat.question.article.getByRole("button", { name: "Save and send" }).click();
  await chat.reply.says("written with care");
  await chat.question.earlier.click();
  await chat.reply.says("written in haste");
  await sidebar.rows.first().getByRole("link").click();
  await expect(page).not.toHaveURL(/leaf/);
  await chat.reply.says("written in haste");
});

test("the chosen path is remembered for every device; an open tab keeps its own, and follows what is written below it", async ({ browser, chat, context, page, server }) => {
  await chat.open();
  await chat.ask("echo", "first words");
  await chat.reply.is("complete");
  await chat.reply.regenerate.click();
  await expect(chat.reply.version).toContainText("2 / 2");
  await chat.reply.is("complete");
  const open = new ChatPage(await context.newPage());
  await open.open(chat.conversation);
  await expect(open.reply.version).toContainText("2 / 2");

  const chosen = page.waitForResponse("**/api/choose_branch");
  await chat.reply.earlier.click();
  await expect(chat.reply.version).toContainText("1 / 2");
  await chosen;
  await expect(open.reply.version, "an open tab keeps its own").toContainText("2 / 2");
  const device = await browser.newContext({ baseURL: server.url });
  const other = new ChatPage(await device.newPage());
  await other.open(chat.conversation);
  await expect(other.reply.version).toContainText("1 / 2");
  expect(other.page.url()).not.toContain("leaf");

  await chat.say("said below the first");
  await chat.reply.says("said below the first");
  await expect(other.replies).toHaveCount(2);
  await other.reply.says("said below the first");
  await expect(open.replies).toHaveCount(1);
  await device.close();
});

test("regenerating asks the model that is chosen", async ({ chat, upstream }) => {
  await chat.open();
  await chat.ask("refuse-500", "who answers?");
  await chat.reply.is("failed");
  await chat.choose("echo");
  await chat.reply.regenerate.click();
  await chat.reply.is("complete");
  await chat.reply.says("who answers?");
  expect((await upstream.answered("who answers?")).model).toBe("echo");
  await expect(chat.reply.article).toContainText("echo");
});

test("a link to a message that is gone leads to the conversation", async ({ api, chat, page, upstream }) => {
  const sent = await api.send("echo", "still here");
  await upstream.answered("still here");
  await page.goto(`/c/${sent.conversation}?leaf=01920000-0000-7000-8000-000000000000`);
  await chat.ready();
  await chat.reply.says("still here");
  await expect(page).not.toHaveURL(/leaf/);
});
