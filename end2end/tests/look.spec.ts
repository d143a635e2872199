import { expect, NETWORK, test } from "../fixtures/test";

const background = (page: import("@playwright/test").Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

/** Chooses light, dark, or what the system says. */
async function appear(page: import("@playwright/test").Page, choice: "As the system" | "Light" | "Dark"): Promise<void> {
  await page.getByRole("button", { name: "Light or dark" }).click();
  await page.getByRole("menuitemradio", { name: choice }).click();
}

test("light and dark follow the system, until the reader chooses", async ({ baseURL, chat, page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await chat.open();
  const light = await background(page);
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await background(page);
  expect(dark).not.toBe(light);

  await appear(page, "Light");
  expect(await background(page)).toBe(light);
  await expect(page.locator("meta[name=theme-color]").nth(1)).toHaveAttribute("content", "#fdfcf9");
  // The choice is in the first paint, before any script.
  const html = await (await fetch(baseURL!, { headers: { cookie: "brooklet_theme=light" } })).text();
  expect(html).toMatch(/<html[^>]* data-theme="light"/);
  await page.reload();
  await chat.ready();
  expect(await background(page)).toBe(light);

  await page.getByRole("button", { name: "Light or dark" }).click();
  await expect(page.getByRole("menuitemradio", { name: "Light" })).toHaveAttribute("aria-checked", "true");
  await page.keyboard.press("Escape");
  await appear(page, "As the system");
  expect(await background(page)).toBe(dark);
  await page.reload();
  await chat.ready();
  expect(await background(page)).toBe(dark);
});

test("a cookie that makes no sense is no choice", async ({ baseURL }) => {
  const cookie = 'brooklet_theme="><script>alert(1)</script>; brooklet_sidebar=x; brooklet_zone=NaN';
  const html = await (await fetch(baseURL!, { headers: { cookie } })).text();
  expect(html).not.toContain("alert(1)");
  expect(html).not.toContain("data-theme");
});

test("a blocked cookie: the choice holds for the visit, and the page says so once", async ({ chat, page, sidebar }) => {
  await page.addInitScript(() => Object.defineProperty(document, "cookie", { get: () => "", set: () => {} }));
  await page.emulateMedia({ colorScheme: "light" });
  await chat.open();
  const light = await background(page);
  await appear(page, "Dark");
  expect(await background(page)).not.toBe(light);
  await expect(sidebar.toast).toContainText("keeps nothing for this page");
  await sidebar.toast.getByRole("button", { name: "Dismiss" }).click();
  await sidebar.rail.click();
  await expect(sidebar.toast).toHaveCount(0);
  await expect(sidebar.newChat).toBeVisible();
});

test("keys: a new chat, the composer, the sidebar, and what they are", async ({ api, chat, page, sidebar }) => {
  const { conversation } = await api.send("echo", "by keys");
  await chat.open(conversation);
  await chat.reply.is("complete");
  await page.locator("body").click({ position: { x: 700, y: 30 } });
  await page.keyboard.press("m");
  await expect(chat.composer).toBeFocused();
  await page.keyboard.type("names and ?");
  await expect(chat.composer, "in a text field a key is a letter").toHaveValue("names and ?");
  await page.keyboard.press("Escape");
  await expect(chat.composer).not.toBeFocused();

  await page.keyboard.press("s");
  await expect(sidebar.link("by keys")).toBeHidden();
  await page.keyboard.press("s");
  await expect(sidebar.link("by keys")).toBeVisible();

  const dialog = page.getByRole("dialog", { name: "Keys" });
  await page.keyboard.press("?");
  await expect(dialog).toBeVisible();
  await page.keyboard.press("n");
  await expect(page, "the dialog has the keys").toHaveURL(new RegExp(conversation));
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();

  await page.keyboard.press("Control+n").catch(() => {});
  await expect(page, "what the browser does is the browser's").toHaveURL(new RegExp(conversation));
  await page.keyboard.press("n");
  await expect(page).toHaveURL(/\/$/);
  await expect(chat.composer).toBeFocused();
});

test("single keys can be turned off, and stay off", async ({ chat, page }) => {
  await chat.open();
  const dialog = page.getByRole("dialog", { name: "Keys" });
  await page.getByRole("button", { name: "Keys" }).click();
  await dialog.getByRole("checkbox").uncheck();
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("button", { name: "Keys" })).toBeFocused();
  await page.reload();
  await chat.ready();
  await page.getByRole("button", { name: "Keys" }).focus();
  await page.keyboard.press("?");
  await expect(dialog).toHaveCount(0);
  await page.getByRole("button", { name: "Keys" }).click();
  await expect(dialog.getByRole("checkbox")).not.toBeChecked();
});

test("the skip link leads to the chat, and every stop of the keyboard can be seen", async ({ api, chat, page }) => {
  await api.send("echo", "seen by the keyboard");
  await chat.open();
  await page.locator("body").evaluate((body) => (body.tabIndex = -1, body.focus(), body.removeAttribute("tabindex")));
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to the chat" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/#main$/);

  await skip.focus();
  for (let stop = 0; stop < 14; stop++) {
    await page.keyboard.press("Tab");
    const seen = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return "out of the page";
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      // The composer shows it on its frame.
      const framed = element.closest("form.composer") !== null;
      const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 1;
      return (outlined || framed) && box.width > 8 && Number(style.opacity) === 1 ? "seen" : `not seen: ${element.outerHTML.slice(0, 120)}`;
    });
    expect(["seen", "out of the page"]).toContain(seen);
  }
});

test("the tab tells of a running reply, and of one that was not read", async ({ api, chat, page, upstream }) => {
  const icon = page.locator("link[rel=icon]");
  const question = "watch the tab";
  await chat.open();
  await expect(icon).toHaveAttribute("href", "/favicon.svg");
  await chat.ask("gated", question);
  await expect(icon).toHaveAttribute("href", "/favicon-running.svg");
  await expect(page).toHaveTitle(/^… /);
  await upstream.release(question, 4);
  await chat.reply.is("complete");
  await expect(icon).toHaveAttribute("href", "/favicon.svg");
  await expect(page).not.toHaveTitle(/^…/);

  await api.send("echo", "said elsewhere");
  await expect(icon).toHaveAttribute("href", "/favicon-unread.svg");
});

test("icons and manifest are ours, and of the right kind", async ({ baseURL, chat, page }) => {
  const hosts = new Set<string>();
  page.on("request", (request) => hosts.add(new URL(request.url()).host));
  await chat.open();
  expect([...hosts]).toEqual([new URL(baseURL!).host]);
  const types: Record<string, string> = {
    "/favicon.svg": "image/svg+xml",
    "/favicon-running.svg": "image/svg+xml",
    "/favicon-unread.svg": "image/svg+xml",
    "/icon-180.png": "image/png",
    "/manifest.webmanifest": "application/manifest+json",
  };
  for (const [path, type] of Object.entries(types)) {
    const response = await fetch(new URL(path, baseURL));
    expect([path, response.status, response.headers.get("content-type")]).toEqual([path, 200, type]);
  }
  const manifest = await (await fetch(new URL("/manifest.webmanifest", baseURL))).json();
  for (const { src } of manifest.icons) {
    expect((await fetch(new URL(src, baseURL))).status, src).toBe(200);
  }
});

test("a notice pushes nothing, and says only what is known", async ({ api, chat, page, server, watch }) => {
  // It said that replies go on, while the server was dead.
  watch.expect(NETWORK);
  const { conversation } = await api.send("echo", "stay where you are");
  await chat.open(conversation);
  await chat.reply.is("complete");
  const before = await chat.reply.text.boundingBox();
  await server.kill();
  const notice = page.locator("[data-notice]");
  await expect(notice).toContainText("Reconnecting");
  await expect(notice).not.toContainText("go on meanwhile");
  expect(await chat.reply.text.boundingBox()).toEqual(before);
  await server.restart();
  await expect(notice).toHaveCount(0, { timeout: 30_000 });
});

for (const [name, viewport] of Object.entries({ "320 px": { width: 320, height: 568 }, "200% zoom": { width: 640, height: 400 } })) {
  test(`at ${name} nothing has to be scrolled sideways, and all can be reached`, async ({ api, chat, page, sidebar }) => {
    await page.setViewportSize(viewport);
    const { conversation } = await api.send("echo", "a-long-word-without-any-break-".repeat(20));
    for (const path of [conversation, undefined]) {
      await chat.open(path);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
      await expect(chat.composer).toBeInViewport();
      await expect(chat.send).toBeInViewport();
    }
    await sidebar.open();
    await expect(sidebar.newChat).toBeInViewport();
    await expect(page.getByRole("button", { name: "Light or dark" })).toBeInViewport();
  });
}

test("who wants no motion gets none", async ({ api, chat, page, sidebar }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await api.send("gated", "still water");
  await chat.open();
  const dot = sidebar.row("still water").getByRole("img");
  await expect(dot).toBeVisible();
  expect(await dot.evaluate((element) => getComputedStyle(element).animationName)).toBe("none");
});

test("on paper there is the conversation and nothing else", async ({ api, chat, page, sidebar }) => {
  const { conversation } = await api.send("echo", "on paper");
  await chat.open(conversation);
  await chat.reply.is("complete");
  await appear(page, "Dark");
  await page.emulateMedia({ media: "print" });
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), "dark ink").toBe("light");
  await expect(chat.reply.text).toBeVisible();
  await expect(page.locator(".top-title"), "what it is").toHaveText("on paper");
  await expect(chat.reply.article.getByRole("heading").first(), "who said it").toBeVisible();
  await expect(sidebar.nav).toBeHidden();
  await expect(chat.composer).toBeHidden();
  expect(await page.locator(".thread").evaluate((thread) => getComputedStyle(thread).overflowY)).toBe("visible");
});

test("who has no model is shown what the guide can do, and asks it with one click", async ({ chat, page }) => {
  await chat.open();
  const suggestion = page.getByRole("button", { name: "Watch a reply being written" });
  await expect(suggestion, "somebody with a model knows what to ask").toBeHidden();
  await chat.pick("brooklet/guide");
  await suggestion.click();
  await expect(page).toHaveURL(/\/c\//);
  await expect(chat.question.article).toContainText("/recite 300 60");
  await chat.reply.is("streaming");
});
