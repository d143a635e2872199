import { expect, test } from "../fixtures/test";
import { ChatPage } from "../pages/chat";
import { Sidebar } from "../pages/sidebar";

test("a conversation can be read without JavaScript", async ({ api, baseURL, browser, upstream, watch }) => {
  const question = "is the page readable before it wakes up?";
  const { conversation } = await api.send("echo", question);
  await upstream.answered(question);
  await expect.poll(async () => (await api.messages(conversation)).at(-1)?.status).toBe("complete");

  const context = await browser.newContext({ javaScriptEnabled: false, baseURL });
  watch.over(context);
  const page = await context.newPage();
  const chat = new ChatPage(page);
  await page.goto(`/c/${conversation}`);
  await expect(chat.questions).toContainText(question);
  await chat.reply.says(question);
  await expect(new Sidebar(page).link(question)).toBeVisible();
  await expect(page).toHaveTitle(new RegExp(question.slice(0, 10)));
  await context.close();
});

test("the data is in the HTML once, and the page does not ask for it again", async ({ api, chat, page, upstream }) => {
  const question = "needle-in-the-page";
  const { conversation } = await api.send("echo", question);
  await upstream.answered(question);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await chat.open(conversation);
  await chat.reply.says(question);
  expect(asked).not.toContain("/api/get_conversation");
  expect(asked).not.toContain("/api/list_conversations");
});

test("from the sidebar to a conversation, and back by the browser", async ({ api, chat, page, sidebar, upstream }) => {
  for (const question of ["older talk", "newer talk"]) {
    await api.send("echo", question);
    await upstream.answered(question);
  }
  await chat.open();
  await expect(sidebar.rows).toHaveCount(2);
  await expect(sidebar.rows.first()).toContainText("newer talk");
  await sidebar.link("older talk").click();
  await chat.reply.says("older talk");
  await sidebar.link("newer talk").click();
  await chat.reply.says("newer talk");
  await page.goBack();
  await chat.reply.says("older talk");
});

test("a rename and a delete in one place are seen in the other", async ({ api, chat, sidebar, upstream }) => {
  const { conversation } = await api.send("echo", "a title to change");
  await upstream.answered("a title to change");
  await chat.open();
  await expect(sidebar.link("a title to change")).toBeVisible();

  const { summary } = await api.call<{ summary: { version: number } }>("get_conversation", { conversation });
  await api.call("rename_conversation", { conversation, title: "another title", seen: summary.version });
  await expect(sidebar.link("another title")).toBeVisible();
  await api.call("delete_conversation", { conversation });
  await expect(sidebar.rows).toHaveCount(0);
});

test("the guide answers without a model, and recites", async ({ chat }) => {
  await chat.open();
  await chat.pick("brooklet/guide");
  await chat.say("/recite 30 100");
  await chat.reply.is("complete");
  expect((await chat.reply.exactly()).length).toBeGreaterThan(60);
});

// What lay out of sight inside the thread once made the whole page scroll away into blank.
test("a long conversation scrolls in its thread, and the page around it stays", async ({ api, chat, page, upstream }) => {
  const text = "a line of a long talk\n\n".repeat(300);
  const { conversation } = await api.send("echo", text);
  await upstream.answered(text);
  await chat.open(conversation);
  await chat.reply.is("complete");
  await page.getByRole("link", { name: "Skip to the chat" }).focus();
  await page.mouse.move(700, 850);
  await page.mouse.wheel(0, 4000);
  const around = await page.evaluate(() => {
    const { scrollHeight, clientHeight, scrollTop } = document.documentElement;
    return { beyond: scrollHeight - clientHeight, scrollTop };
  });
  expect(around).toEqual({ beyond: 0, scrollTop: 0 });
  await expect(chat.composer).toBeInViewport();
});

test("the page's program has a version in its address, and no other version is there", async ({ baseURL, page }) => {
  await page.goto("/");
  const script = await page.locator('link[rel="modulepreload"]').getAttribute("href");
  expect(script).toMatch(/^\/pkg\/[0-9a-f]{16}\/brooklet\.js$/);
  const kept = await fetch(baseURL + script!);
  expect([kept.status, kept.headers.get("cache-control")]).toEqual([200, "public, max-age=31536000, immutable"]);
  for (const path of [script!.replace(/[0-9a-f]{16}/, "0123456789abcdef"), script!.replace("brooklet.js", "other.js")]) {
    expect((await fetch(baseURL + path)).status).toBe(404);
  }
});
