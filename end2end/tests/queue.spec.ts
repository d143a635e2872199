import { sizes } from "../fixtures/sizes";
import { expect, NETWORK, test } from "../fixtures/test";

for (const [size, use] of Object.entries(sizes)) {
  test.describe(size, () => {
    test.use(use);

    test("messages wait while a reply runs, and go one after the other when it is done", async ({ chat, upstream }) => {
      await chat.open();
      await chat.ask("gated", "first words");
      await upstream.asked("first words");
      await expect(chat.stop).toBeVisible();
      await expect(chat.send).toHaveCount(0);
      await chat.composer.fill("second words");
      // Where Enter is a line break to many, there is a button.
      if (size === "phone") await chat.send.click();
      else await chat.composer.press("Enter");
      await expect(chat.composer).toHaveValue("");
      await chat.say("third words");
      await expect(chat.queued).toHaveText(["second words", "third words"]);
      await expect(chat.queueWords).toHaveText("Goes out when the reply is done");
      await upstream.release("first words", 3);
      await upstream.asked("second words");
      await expect(chat.queued).toHaveText(["third words"]);
      await upstream.release("second words", 3);
      await upstream.release("third words", 3);
      await expect(chat.queued).toHaveCount(0);
      await chat.reply.is("complete");
      await expect(chat.said).toHaveText(["first words", "second words", "third words"]);
      await chat.reply.says("third words");
    });

    test("a message that waits can be written on or removed", async ({ chat, page, upstream }) => {
      await chat.open();
      await chat.ask("gated", "long answer");
      await upstream.asked("long answer");
      for (const words of ["keep", "change", "drop"]) await chat.say(words);
      await chat.queued.filter({ hasText: "drop" }).getByRole("button", { name: "Remove" }).click();
      await expect(chat.queued).toHaveText(["keep", "change"]);
      if (size === "phone") {
        await chat.queued.filter({ hasText: "change" }).getByRole("button", { name: "Write this message on" }).click();
      } else {
        await chat.composer.press("ArrowUp");
      }
      await expect(chat.queued).toHaveText(["keep"]);
      await expect(chat.composer).toHaveValue("change");
      await expect(chat.composer).toBeFocused();
      await page.reload();
      await chat.ready();
      await expect(chat.queued).toHaveText(["keep"]);
      await expect(chat.composer).toHaveValue("change");
    });

    test("what is written without the server goes out when it is back", async ({ chat, server, watch }) => {
      watch.expect(NETWORK);
      await chat.open();
      await chat.ask("echo", "before");
      await chat.reply.is("complete");
      await server.kill();
      await chat.say("in the dark");
      await chat.say("and one more");
      await expect(chat.queued).toHaveText(["in the dark", "and one more"]);
      await expect(chat.queueWords).toHaveText("Goes out when the server can be heard again");
      await server.restart();
      await expect(chat.queued).toHaveCount(0);
      await expect(chat.said).toHaveText(["before", "in the dark", "and one more"]);
      await chat.reply.says("and one more");
    });
  });
}

test("a stop sends what waits; after a failure its writer is asked", async ({ chat, page, upstream }) => {
  await chat.open();
  await chat.ask("gated", "too long");
  await upstream.release("too long", 1);
  await chat.say("rather this");
  await chat.stop.click();
  await upstream.release("rather this", 3);
  await chat.reply.says("rather this");
  await chat.reply.is("complete");
  await expect(chat.said).toHaveText(["too long", "rather this"]);

  await chat.say("breaks off");
  await upstream.release("breaks off", 1);
  await chat.pick("brooklet/guide");
  await chat.say("after that");
  await upstream.dispose();
  await expect(chat.queueWords).toContainText("Waits for you");
  await page.getByRole("button", { name: "Send now" }).click();
  await expect(chat.queued).toHaveCount(0);
  await expect(chat.said.last()).toHaveText("after that");
});

test("a reader further up stays there when a message goes out", async ({ api, chat, upstream }) => {
  const { conversation } = await api.send("echo", "word ".repeat(3000));
  await upstream.answered("word ".repeat(3000).trim()).catch(() => undefined);
  await chat.open(conversation);
  await chat.reply.is("complete");
  await chat.choose("gated");
  await chat.say("slowly");
  await upstream.asked("slowly");
  await chat.say("later");
  await chat.thread.evaluate((thread) => (thread.scrollTop = 0));
  await upstream.release("slowly", 2);
  await upstream.asked("later");
  await expect(chat.queued).toHaveCount(0);
  expect(await chat.thread.evaluate((thread) => thread.scrollTop)).toBe(0);
});

test("two tabs that hold the same message send it once, and a hidden one sends too", async ({ chat, context, page, upstream }) => {
  await chat.open();
  const conversation = await chat.ask("gated", "shared");
  await upstream.asked("shared");
  await chat.say("only once");
  const other = await context.newPage();
  await other.goto(`/c/${conversation}`);
  await expect(other.locator(".queued")).toHaveText(["only once"]);
  await upstream.release("shared", 2);
  await upstream.release("only once", 3);
  await expect(other.locator(".queued")).toHaveCount(0);
  await expect(chat.queued).toHaveCount(0);
  await chat.reply.is("complete");
  await expect(chat.said).toHaveText(["shared", "only once"]);
  await expect(page.locator("[data-versions]")).toHaveCount(0);
});

test("what somebody wrote into the browser's storage harms nothing", async ({ api, chat, page, upstream }) => {
  const { conversation } = await api.send("echo", "unharmed");
  await upstream.answered("unharmed");
  for (const text of ["{", "[1]", '[{"request":"x"}]', '{"a":[]}', '"' + "x".repeat(1000) + '"']) {
    await page.addInitScript(([key, text]) => localStorage.setItem(key!, text!), [`brooklet.queue.${conversation}`, text]);
    await chat.open(conversation);
    await expect(chat.queued).toHaveCount(0);
  }
});
