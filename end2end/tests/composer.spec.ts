import { sizes } from "../fixtures/sizes";
import { expect, NETWORK, test } from "../fixtures/test";

for (const [size, use] of Object.entries(sizes)) {
  test.describe(size, () => {
    test.use(use);

    test("Enter sends, Shift+Enter breaks, and the text area grows with the lines", async ({ chat, page }) => {
      await chat.open();
      await chat.choose("echo");
      await chat.composer.click();
      const one = (await chat.composer.boundingBox())!.height;
      await page.keyboard.type("one");
      for (const line of ["two", "three", "four"]) {
        await page.keyboard.press("Shift+Enter");
        await page.keyboard.type(line);
      }
      expect((await chat.composer.boundingBox())!.height).toBeGreaterThan(one * 2);
      await page.keyboard.press("Enter");
      await chat.reply.is("complete");
      await chat.reply.says("one\ntwo\nthree\nfour");
      await expect(chat.composer).toHaveValue("");
      expect((await chat.composer.boundingBox())!.height).toBeLessThan(one * 1.5);
    });

    test("a long draft scrolls inside, and the thread keeps its room", async ({ chat, page }) => {
      await chat.open();
      await chat.composer.fill("line\n".repeat(200));
      const height = page.viewportSize()!.height;
      expect((await chat.composer.boundingBox())!.height).toBeLessThan(height / 2);
      await expect(chat.send).toBeInViewport();
    });

    test("each conversation keeps its draft, over a look elsewhere and over a reload", async ({ api, chat, page, upstream }) => {
      const [one, two] = [await api.send("echo", "first talk"), await api.send("echo", "second talk")];
      for (const question of ["first talk", "second talk"]) await upstream.answered(question);
      await chat.open(one.conversation);
      await chat.composer.fill("for the first");
      await chat.open(two.conversation);
      await expect(chat.composer).toHaveValue("");
      await chat.composer.fill("for the second");
      await page.goBack();
      await chat.ready();
      await expect(chat.composer).toHaveValue("for the first");
      await page.reload();
      await chat.ready();
      await expect(chat.composer).toHaveValue("for the first");
      await chat.open(two.conversation);
      await expect(chat.composer).toHaveValue("for the second");
    });

    test("a double click on Send does not stop the reply", async ({ chat, page, upstream }) => {
      await chat.open();
      await chat.ask("echo", "hello");
      await chat.reply.is("complete");
      await chat.choose("gated");
      await chat.composer.fill("be quick");
      const { x, y, width, height } = (await chat.send.boundingBox())!;
      await page.mouse.dblclick(x + width / 2, y + height / 2, { delay: 60 });
      await upstream.release("be quick", 3);
      await chat.reply.is("complete");
      await chat.reply.says("be quick");
    });

    test("a first message that could not be sent is kept, and goes when the server is back", async ({ chat, server, watch }) => {
      watch.expect(NETWORK);
      await chat.open();
      await chat.choose("echo");
      await server.kill();
      await chat.say("keep me");
      await expect(chat.problem).toContainText("goes out as soon as it is back", { timeout: 15_000 });
      await expect(chat.composer).toHaveValue("keep me");
      await server.restart();
      await chat.reply.is("complete");
      await chat.reply.says("keep me");
    });
  });
}

test("on a desktop the composer has the focus: on a new chat, a conversation, and after sending", async ({ api, chat, page, upstream }) => {
  const { conversation } = await api.send("echo", "an older talk");
  await upstream.answered("an older talk");
  await chat.open();
  await expect(chat.composer).toBeFocused();
  await chat.open(conversation);
  await expect(chat.composer).toBeFocused();
  await chat.choose("echo");
  await chat.composer.fill("sent by the button");
  await chat.send.click();
  await chat.reply.is("complete");
  await expect(chat.composer).toBeFocused();
  await page.keyboard.type("and on");
  await expect(chat.composer).toHaveValue("and on");
});

test.describe("phone", () => {
  test.use(sizes.phone);

  test("the keyboard does not open by itself", async ({ api, chat, page, upstream }) => {
    const { conversation } = await api.send("echo", "read me");
    await upstream.answered("read me");
    for (const path of [undefined, conversation]) {
      await chat.open(path);
      await expect(chat.composer).toBeVisible();
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("BODY");
    }
  });
});

test("Escape asks, and pressed again it stops the reply", async ({ chat, upstream }) => {
  const question = "said before the stop, never after it";
  await chat.open();
  await chat.ask("gated", question);
  await upstream.release(question, 4);
  await chat.reply.says("said before the stop, ");
  await chat.composer.press("Escape");
  await expect(chat.words).toContainText("Escape again");
  await chat.composer.pressSequentially("x");
  await expect(chat.words).toHaveCount(0);
  await chat.composer.press("Escape");
  await expect(chat.words).toContainText("Escape again");
  await chat.composer.press("Escape");
  await chat.reply.is("stopped");
  await chat.reply.says("said before the stop, ");
});

test("the Enter of an input method sends nothing", async ({ api, chat, page }) => {
  await chat.open();
  await chat.choose("echo");
  await chat.composer.focus();
  const client = await page.context().newCDPSession(page);
  await client.send("Input.imeSetComposition", { text: "xi", selectionStart: 2, selectionEnd: 2 });
  // While it composes, browsers send Enter with `isComposing`; Safari sends the last one after it, with key code 229.
  await chat.composer.evaluate((area) => {
    const press = (init: KeyboardEventInit) =>
      area.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...init }));
    press({ isComposing: true });
    press({ keyCode: 229 } as KeyboardEventInit);
  });
  await client.send("Input.insertText", { text: "溪" });
  await expect(chat.composer).toHaveValue("溪");
  await expect(page).toHaveURL(/\/$/);
  expect((await api.call<{ conversations: unknown[] }>("list_conversations", {})).conversations).toEqual([]);
  await chat.composer.press("Enter");
  await chat.reply.says("溪");
});

test("what was typed before the page woke up is kept, and Send waits for it", async ({ chat, page }) => {
  let wake = () => {};
  const asleep = new Promise<void>((done) => (wake = done));
  await page.route(/\.wasm/, async (route) => {
    await asleep;
    await route.continue();
  });
  await page.goto("/", { waitUntil: "commit" });
  await chat.composer.fill("typed early");
  await expect(page.locator("[data-action=send]")).toBeDisabled();
  wake();
  await chat.ready();
  await expect(chat.composer).toHaveValue("typed early");
  await expect(chat.send).toBeEnabled();
});

test("200,000 characters are pasted and typed on without a frozen page", async ({ chat, page }) => {
  await chat.open();
  const text = "a line of text that somebody found somewhere\n".repeat(4_500);
  await page.evaluate((text) => navigator.clipboard.writeText(text), text);
  await chat.composer.focus();
  await chat.laterIsHere();
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(window, { tasks });
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask" });
  });
  await page.keyboard.press("ControlOrMeta+V");
  await page.getByRole("button", { name: "Put it into the message" }).click();
  await expect.poll(() => chat.composer.evaluate((area: HTMLTextAreaElement) => area.value.length)).toBe(text.length);
  await page.keyboard.type("and more");
  expect(await chat.composer.evaluate((area: HTMLTextAreaElement) => area.value.slice(-8))).toBe("and more");
  const tasks = await page.evaluate(() => (window as unknown as { tasks: number[] }).tasks);
  test.info().annotations.push({ type: "long tasks", description: `${tasks.map(Math.round).join(", ")} ms` });
  // It is too long for the browser to keep, says so once, and stays.
  await expect(page.getByText("too long for the browser to keep")).toHaveCount(1);
});

test("a browser that keeps nothing says so once, and the page works on", async ({ chat, page }) => {
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  await chat.open();
  await chat.composer.pressSequentially("not kept");
  await expect(page.getByText("This browser keeps nothing")).toHaveCount(1);
  await chat.choose("echo");
  await chat.composer.press("Enter");
  await chat.reply.is("complete");
  await chat.reply.says("not kept");
});

test("without scripts the page says what it needs, and offers nothing that does not work", async ({ baseURL, browser, watch }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL });
  watch.over(context);
  const page = await context.newPage();
  await page.goto("/");
  await expect(page.locator("noscript")).toBeVisible();
  // Playwright reads no text in there by itself.
  expect(await page.locator("noscript").evaluate((words) => words.textContent)).toContain("allow JavaScript");
  await expect(page.locator("[data-action=send]")).toBeHidden();
  await expect(page.getByRole("textbox", { name: "Your message" })).toBeHidden();
  await context.close();
});
