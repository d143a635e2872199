import type { Page } from "@playwright/test";
import type { Api } from "../fixtures/api";
import { expect, NETWORK, test } from "../fixtures/test";
import { ChatPage } from "../pages/chat";
import { Sidebar } from "../pages/sidebar";

const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
const phone = sizes.phone;

/** Conversations whose titles are these, the last one newest; their ids. */
async function talks(api: Api, ...titles: string[]): Promise<string[]> {
  const ids = [];
  for (const title of titles) {
    const { conversation, reply } = await api.send("echo", title);
    await expect.poll(async () => (await api.message(conversation, reply)).status).toBe("complete");
    ids.push(conversation);
  }
  return ids;
}

/** Somebody else gives it another title. */
async function renameElsewhere(api: Api, conversation: string, title: string): Promise<void> {
  const { summary } = await api.call<{ summary: { version: number } }>("get_conversation", { conversation });
  await api.call("rename_conversation", { conversation, title, seen: summary.version });
}

const focused = (page: Page) => page.evaluate(() => document.activeElement?.className ?? "");

for (const [size, viewport] of Object.entries(sizes)) {
  test.describe(size, () => {
    test.use({ viewport });

    test("a rename: Enter keeps it, Escape does not, and the keyboard goes on in the row", async ({ api, chat, page, sidebar }) => {
      await talks(api, "a title to change");
      await chat.open();
      await sidebar.open();
      await sidebar.choose("a title to change", "Rename");
      await expect(sidebar.field).toBeFocused();
      expect(await sidebar.field.evaluate((field: HTMLInputElement) => [field.selectionStart, field.selectionEnd])).toEqual([0, 17]);
      await page.keyboard.type("never mind");
      await page.keyboard.press("Escape");
      await expect(sidebar.link("a title to change")).toBeFocused();
      await expect(sidebar.nav, "the drawer stays").toBeVisible();

      await sidebar.rename("a title to change", "a better one");
      await expect(sidebar.link("a better one")).toBeFocused();

      // Leaving the field keeps what was written, and nothing but a change is sent.
      await sidebar.choose("a better one", "Rename");
      await sidebar.field.fill("the best one");
      await sidebar.field.evaluate((field: HTMLInputElement) => field.blur());
      await expect(sidebar.link("the best one")).toBeVisible();
      await sidebar.choose("the best one", "Rename");
      await sidebar.field.press("Enter");
      await expect(sidebar.link("the best one")).toBeFocused();
    });

    test("a rename by two: who comes second is told, keeps the text, and may insist", async ({ api, chat, sidebar, watch }) => {
      // The row kept the version of its opening: every further try was refused as well.
      watch.expect(/409/);
      const [conversation] = await talks(api, "first title");
      await chat.open();
      await sidebar.open();
      await sidebar.choose("first title", "Rename");
      await sidebar.field.fill("my title");
      await renameElsewhere(api, conversation, "their title");
      await sidebar.field.press("Enter");
      await expect(sidebar.nav.getByRole("alert")).toContainText("their title");
      await expect(sidebar.field).toHaveValue("my title");
      await sidebar.field.press("Enter");
      await expect(sidebar.link("my title")).toBeVisible();
    });

    test("deleted at once, and brought back by Undo", async ({ api, chat, page, sidebar }) => {
      const [older, newer] = await talks(api, "older talk", "newer talk");
      await chat.open(newer);
      await sidebar.open();
      await sidebar.choose("newer talk", "Delete");
      await expect(page).toHaveURL(/\/$/);
      await expect(sidebar.rows).toHaveCount(1);
      await expect(sidebar.toast).toContainText("“newer talk” is deleted");
      expect((await api.post("get_conversation", { conversation: newer })).status).toBe(404);

      await sidebar.undo();
      await expect(page, "back to where it was deleted").toHaveURL(new RegExp(newer));
      await chat.reply.says("newer talk");
      await expect(sidebar.toast).toHaveCount(0);

      // Several in a row say how many, and come back together.
      await sidebar.open();
      await sidebar.choose("older talk", "Delete");
      await expect(sidebar.toast).toContainText("“older talk”");
      await sidebar.choose("newer talk", "Delete");
      await expect(sidebar.toast).toHaveCount(1);
      await expect(sidebar.toast).toContainText("2 conversations are deleted");
      await sidebar.undo();
      await expect(page).toHaveURL(new RegExp(newer));
      for (const conversation of [older, newer]) {
        await expect.poll(async () => (await api.post("get_conversation", { conversation })).status).toBe(200);
      }
    });
  });
}

test("the keyboard goes on beside what was deleted, and Escape closes what is open", async ({ api, chat, page, sidebar }) => {
  await talks(api, "one", "two", "three");
  await chat.open();
  await sidebar.menu("two").focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Rename" })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem", { name: "Delete" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("menu")).toHaveCount(0);
  await expect(sidebar.menu("two")).toBeFocused();

  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await expect(sidebar.rows).toHaveCount(2);
  await expect(sidebar.link("one")).toBeFocused();
});

test("a menu goes when one clicks elsewhere, and its own button closes it", async ({ api, chat, page, sidebar }) => {
  await talks(api, "with a menu");
  await chat.open();
  const menu = page.getByRole("menu");
  await sidebar.menu("with a menu").click();
  await expect(menu).toBeVisible();
  await sidebar.menu("with a menu").click();
  await expect(menu).toHaveCount(0);
  await sidebar.menu("with a menu").click();
  await page.mouse.click(900, 20);
  await expect(menu).toHaveCount(0);
  await expect(sidebar.menu("with a menu")).toHaveAttribute("aria-expanded", "false");
});

test("a toast stays under a pointer, and lapses after 10 s", async ({ api, chat, page, sidebar }) => {
  const [conversation] = await talks(api, "to be forgotten");
  // Two of the page's seconds pass in one of ours.
  await page.addInitScript(() => {
    const setTimeout = window.setTimeout;
    window.setTimeout = ((ring: () => void, ms = 0) => setTimeout(ring, ms / 2)) as typeof window.setTimeout;
  });
  const pass = (seconds: number) => page.evaluate((ms) => new Promise((done) => setTimeout(done, ms)), seconds * 1000);
  await chat.open();
  await sidebar.choose("to be forgotten", "Delete");
  await sidebar.toast.hover();
  await pass(12);
  await expect(sidebar.toast).toBeVisible();
  await page.mouse.move(900, 100);
  await expect(sidebar.toast).toHaveCount(0);
  expect((await api.post("get_conversation", { conversation })).status).toBe(404);
});

test("a conversation that cannot be deleted comes back, with the reason", async ({ api, chat, server, sidebar, watch }) => {
  watch.expect(NETWORK);
  await talks(api, "stays here");
  await chat.open();
  // The menu comes in the later file, which a dead server does not give: it has to be here before.
  await sidebar.menu("stays here").click();
  await expect(sidebar.item("Delete")).toBeVisible();
  await server.kill();
  await sidebar.item("Delete").click();
  await expect(sidebar.toast).toContainText("Not deleted.");
  await expect(sidebar.link("stays here")).toBeVisible();
});

test("by day, and by the reader's own midnight", async ({ api, chat, page, sidebar, watch }) => {
  watch.expect(NETWORK);
  await talks(api, "what day is it?");
  const now = new Date();
  const noon = new Date(now.getFullYear(), now.getMonth(), now.getDate(), 12).getTime();
  await page.clock.install({ time: noon });
  await chat.open();
  await expect(sidebar.days).toHaveText(["Today"]);
  await page.clock.fastForward(12 * 3_600_000 + 31_000);
  await expect(sidebar.days, "without a reload").toHaveText(["Yesterday"]);
  await page.clock.fastForward(48 * 3_600_000);
  await expect(sidebar.days).toHaveText(["Previous 7 days"]);
  await page.clock.fastForward(10 * 24 * 3_600_000);
  await expect(sidebar.days).toHaveText(["Previous 30 days"]);
  await page.clock.fastForward(40 * 24 * 3_600_000);
  const month = now.toLocaleString("en", { month: "long" });
  await expect(sidebar.days).toHaveText(new RegExp(`^${month}`));
});

test.describe("in Shanghai", () => {
  test.use({ timezoneId: "Asia/Shanghai" });

  test("the server draws by the reader's clock from the second visit on", async ({ api, chat, page, sidebar }) => {
    await talks(api, "far away");
    await chat.open();
    await expect(sidebar.days).toHaveText(["Today"]);
    const cookies = await page.context().cookies();
    expect(cookies.find(({ name }) => name === "brooklet_zone")?.value).toBe("480");
    await page.reload();
    await chat.ready();
    await expect(sidebar.days).toHaveText(["Today"]);
  });
});

test("a running reply breathes; one that ended unseen is marked until it is looked at", async ({ api, chat, sidebar, upstream }) => {
  await talks(api, "what I read");
  const question = "answered elsewhere";
  await chat.open();
  const { conversation } = await api.send("gated", question);
  const row = sidebar.row(question);
  await expect(row).toHaveAttribute("data-running", "true");
  await expect(row.getByRole("img", { name: "A reply is being written" })).toBeVisible();
  await upstream.release(question, 3);
  await expect(row).toHaveAttribute("data-running", "false");
  await expect(row).toHaveAttribute("data-unread", "true");
  await expect(row.getByRole("img", { name: "not read" })).toBeVisible();

  await sidebar.link(question).click();
  await chat.reply.says(question);
  await expect(row, "what is shown is being read").toHaveAttribute("data-unread", "false");
  await sidebar.link("what I read").click();
  await chat.reply.says("what I read");
  await expect(row, "and was read").toHaveAttribute("data-unread", "false");
  const { conversations } = await api.call<{ conversations: { conversation: string; unread?: boolean }[] }>("list_conversations", {});
  expect(conversations.find((found) => found.conversation === conversation)?.unread ?? false).toBe(false);
});

test("older conversations come when the list's end does", async ({ api, chat, page, sidebar }) => {
  test.slow();
  for (let number = 0; number < 230; number++) {
    await api.call("send_message", { request: crypto.randomUUID(), text: `talk ${number}`, model: "brooklet/guide" });
  }
  await chat.open();
  await expect(sidebar.row("talk 229")).toHaveCount(1);
  const list = page.locator(".sidebar-list");
  await expect(async () => {
    await list.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await expect(sidebar.rows).toHaveCount(230, { timeout: 500 });
  }).toPass({ timeout: 15_000 });
  await expect(sidebar.row(/^talk 0$/)).toBeVisible();
});

test("nothing yet, in words", async ({ chat, sidebar }) => {
  await chat.open();
  await expect(sidebar.nav).toContainText("No conversations yet");
  await expect(sidebar.rows).toHaveCount(0);
});

test("collapsed to a rail, and remembered", async ({ api, baseURL, chat, page, sidebar }) => {
  await talks(api, "hidden in the rail");
  await chat.open();
  const wide = (await sidebar.nav.boundingBox())!.width;
  await sidebar.rail.click();
  await expect(sidebar.link("hidden in the rail")).toBeHidden();
  await expect(sidebar.newChat).toBeVisible();
  await expect.poll(async () => (await sidebar.nav.boundingBox())!.width).toBeLessThan(wide / 3);

  // The first paint has it: nothing jumps when the page wakes up.
  const cookies = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  const html = await (await fetch(baseURL!, { headers: { cookie: cookies } })).text();
  expect(html).toMatch(/<html[^>]* data-sidebar="rail"/);
  await page.reload();
  await chat.ready();
  await expect(sidebar.link("hidden in the rail")).toBeHidden();
  await sidebar.rail.click();
  await expect(sidebar.link("hidden in the rail")).toBeVisible();
});

test.describe("a phone's drawer", () => {
  test.use({ viewport: phone });

  test("opens, holds the keyboard, and closes in every way that people know", async ({ api, chat, page, sidebar }) => {
    const [older] = await talks(api, "in the drawer", "on the page");
    await chat.open(older);
    await expect(sidebar.nav).toBeHidden();
    const closed = async () => {
      await expect(sidebar.nav).toBeHidden();
      await expect(sidebar.opener).toBeFocused();
      await expect(sidebar.opener).toHaveAttribute("aria-expanded", "false");
    };

    await sidebar.open();
    await expect(sidebar.nav.getByRole("button", { name: "Hide conversations" })).toBeFocused();
    // The page behind takes no key: whatever Tab reaches is in the drawer (or is the browser's own).
    for (let tab = 0; tab < 12; tab++) {
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => !!document.activeElement?.closest("main")), await focused(page)).toBe(false);
    }
    await page.keyboard.press("Escape");
    await closed();

    await sidebar.open();
    await page.mouse.click(phone.width - 10, 400);
    await closed();

    await sidebar.open();
    await sidebar.nav.getByRole("button", { name: "Hide conversations" }).click();
    await closed();

    await sidebar.open();
    await sidebar.link("on the page").click();
    await expect(sidebar.nav).toBeHidden();
    await chat.reply.says("on the page");
    await sidebar.open();
    await sidebar.link("on the page").click();
    await expect(sidebar.nav, "the one that is shown already").toBeHidden();
  });

  test("the list can be reached without scripts", async ({ api, baseURL, browser, watch }) => {
    // The button did nothing, and there was no other way.
    const [conversation] = await talks(api, "no script needed");
    const context = await browser.newContext({ javaScriptEnabled: false, baseURL, viewport: phone });
    watch.over(context);
    const page = await context.newPage();
    const sidebar = new Sidebar(page);
    await page.goto("/");
    await expect(sidebar.opener).toBeHidden();
    await page.getByRole("link", { name: "Conversations", exact: true }).click();
    await expect(sidebar.link("no script needed")).toBeInViewport();
    await sidebar.link("no script needed").click();
    await expect(page).toHaveURL(new RegExp(conversation));
    await new ChatPage(page).reply.says("no script needed");
    await context.close();
  });
});
