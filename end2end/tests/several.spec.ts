import { sizes } from "../fixtures/sizes";
import { expect, test } from "../fixtures/test";
import { ChatPage, Reply } from "../pages/chat";

/** Asks three models at once; gives their replies, as far as they are on the page. */
async function compare(chat: ChatPage, question: string): Promise<Record<"echo" | "gated" | "think", Reply>> {
  await chat.open();
  await chat.choose("echo");
  await chat.model.add("openai/gated", "openai/think");
  await expect(chat.model.button).toContainText("echo + gated + think");
  await chat.say(question);
  await chat.page.waitForURL(/\/c\//);
  const [echo, gated, think] = [0, 1, 2].map((n) => new Reply(chat.replies.nth(n)));
  return { echo: echo!, gated: gated!, think: think! };
}

for (const [size, use] of Object.entries(sizes)) {
  test.describe(size, () => {
    test.use(use);

    test("several models are asked at once, and one of them is gone on with", async ({ api, chat, page, upstream }) => {
      const { echo, gated, think } = await compare(chat, "all three of you");
      const heads = page.getByRole("group", { name: "Replies side by side" }).getByRole("button", { name: /echo|gated|think/ });
      const head = (model: string) => heads.filter({ has: page.locator(".column-name", { hasText: model }) });
      await expect(chat.replies).toHaveCount(3);
      await echo.is("complete");
      await think.is("complete");
      await gated.is("waiting");
      await expect(head("echo")).toHaveAttribute("aria-pressed", "true");
      if (size === "phone") {
        await expect(echo.text).toBeVisible();
        await expect(think.text, "one at a time").toBeHidden();
        await expect(head("gated").getByRole("img", { name: "A reply is being written." }), "it says how the others stand").toBeVisible();
        await expect(head("think").getByRole("img")).toHaveCount(0);
      } else {
        const tops = [echo, think].map(({ article }) => chat.topOf(article));
        expect((await tops[0])!).toBe(await tops[1]);
      }

      // A reload shows the same, from the server on.
      await upstream.release("all three of you", 2, "gated");
      await head("gated").click();
      await gated.says("all three ");
      await page.reload();
      await chat.ready();
      await expect(chat.replies).toHaveCount(3);
      await expect(head("gated")).toHaveAttribute("aria-pressed", "true");
      await gated.says("all three ");
      expect(page.url()).not.toContain("leaf");

      // One that is whole need not wait for the others.
      await head("think").click();
      await chat.model.is("openai/think");
      await expect(think.text).toBeVisible();
      await chat.choose("echo");
      await chat.say("on with you");
      await chat.reply.says("on with you");
      await expect(chat.replies).toHaveCount(2);
      await expect(new Reply(chat.replies.first()).version).toContainText("3 / 3");
      await upstream.release("all three of you", 9, "gated");
      await upstream.answered("on with you");
      const messages = await api.messages(chat.conversation);
      expect(messages.map(({ model }) => model ?? null)).toEqual([null, "openai/think", null, "openai/echo"]);
      // Back at the others they stand beside each other again.
      await new Reply(chat.replies.first()).earlier.click();
      await expect(head("gated")).toHaveAttribute("aria-pressed", "true");
      await gated.says("all three of you");
      expect(await chat.askedAgain()).toBe(0);
    });
  });
}

test("each of several can be stopped alone, and Stop below stops them all", async ({ chat, page, upstream }) => {
  await chat.open();
  await chat.choose("gated");
  await chat.model.add("openai/ponder", "openai/hang");
  await chat.say("stop me");
  await page.waitForURL(/\/c\//);
  const replies = [0, 1, 2].map((n) => new Reply(chat.replies.nth(n)));
  await upstream.release("stop me", 1, "gated");
  await replies[0]!.says("stop ");
  await expect(page.getByRole("button", { name: "Stop this reply" })).toHaveCount(3);
  await replies[1]!.article.getByRole("button", { name: "Stop this reply" }).click();
  await replies[1]!.is("stopped");
  await replies[0]!.is("streaming");
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await replies[0]!.is("stopped");
  await replies[2]!.is("stopped");
  await expect(chat.send).toBeVisible();
});

test("one of several that failed is tried again in its place while another runs, and an edit asks several", async ({ chat, page, upstream }) => {
  await chat.open();
  await chat.choose("gated");
  await chat.model.add("openai/refuse-500");
  await chat.say("two of you");
  await page.waitForURL(/\/c\//);
  const failed = new Reply(chat.replies.nth(1));
  await failed.is("failed");
  await failed.article.getByRole("button", { name: "Try again" }).click();
  await upstream.askedTimes("two of you", 7);
  await failed.is("failed");
  await expect(chat.replies).toHaveCount(2);
  await upstream.release("two of you", 4, "gated");
  await new Reply(chat.replies.first()).is("complete");

  await chat.choose("echo");
  await chat.model.add("openai/think");
  await chat.question.article.hover();
  await chat.question.edit.click();
  await chat.question.editor.fill("the other two");
  await page.keyboard.press("Enter");
  await expect(chat.question.version).toContainText("2 / 2");
  await expect(chat.replies).toHaveCount(2);
  await new Reply(chat.replies.nth(1)).is("complete");
  await expect(chat.model.button, "the next message asks one").not.toContainText("+");
  await chat.question.earlier.click();
  await expect(page.locator(".column-name")).toHaveText(["gated", "refuse-500"]);
});

test("four models are the most at once, and one is enough", async ({ chat }) => {
  await chat.open();
  await chat.choose("echo");
  await chat.model.add("openai/count", "openai/think", "openai/gated");
  await chat.model.open();
  await chat.model.option("openai/document").click();
  await expect(chat.model.panel.getByText("4 models are the most at once.")).toBeVisible();
  await expect(chat.model.option("openai/document")).toHaveAttribute("aria-selected", "false");
  for (const id of ["echo", "count", "think", "gated"]) await chat.model.option(`openai/${id}`).click();
  await expect(chat.model.option("openai/gated"), "the last one stays").toHaveAttribute("aria-selected", "true");
  await chat.model.panel.getByRole("button", { name: "Ask several at once" }).click();
  await chat.model.option("openai/echo").click();
  await chat.model.is("openai/echo");
  await expect(chat.model.button).not.toContainText("+");
});
