import type { Locator, Page } from "@playwright/test";
import { paste } from "../fixtures/paste";
import { sizes } from "../fixtures/sizes";
import { expect, test } from "../fixtures/test";
import { Settings } from "../pages/settings";

const LONG = Array.from({ length: 80 }, (_, line) => `line ${line + 1} of a log`).join("\n");

/** The list that opens while somebody writes. */
function suggestions(page: Page): Locator {
  return page.locator(".choices").getByRole("option");
}

for (const [size, use] of Object.entries(sizes)) {
  test.describe(size, () => {
    test.use(use);

    test("a prompt is written in the settings and used by a slash", async ({ chat, page }) => {
      await new Settings(page).open();
      await page.getByRole("button", { name: "Add a prompt" }).click();
      await page.getByRole("textbox", { name: "Name" }).fill("Translate");
      await page.getByRole("textbox", { name: "Text", exact: true }).fill("Translate into {{language}}: {{text}}");
      await page.getByRole("button", { name: "Save", exact: true }).click();
      await expect(page.getByRole("heading", { name: "/Translate" })).toBeVisible();
      await page.reload();
      await expect(page.getByRole("heading", { name: "/Translate" })).toBeVisible();

      await chat.open();
      await chat.choose("echo");
      await chat.composer.pressSequentially("/tra");
      await expect(suggestions(page)).toHaveText([/Translate/]);
      if (size === "phone") await suggestions(page).first().click();
      else await chat.composer.press("Enter");
      await expect(chat.composer).toHaveValue("Translate into {{language}}: {{text}}");
      // The first blank is selected, Tab goes to the next.
      await page.keyboard.type("French");
      await page.keyboard.press("Tab");
      await page.keyboard.type("brook");
      await expect(chat.composer).toHaveValue("Translate into French: brook");
      await chat.composer.press("Enter");
      await chat.reply.says("Translate into French: brook");
    });

    test("an at sign names a model for one message", async ({ chat, page, upstream }) => {
      await chat.open();
      await chat.ask("echo", "first");
      await chat.reply.is("complete");
      await chat.composer.pressSequentially("count this @coun");
      await expect(suggestions(page).first()).toContainText("count");
      await suggestions(page).first().click();
      await expect(chat.composer).toHaveValue("count this ");
      await expect(page.getByText("This message goes to count")).toBeVisible();
      await chat.composer.fill("2 100");
      await chat.composer.press("Enter");
      await chat.reply.says("tok1 tok2");
      expect((await upstream.newest()).model).toBe("count");
      await expect(page.getByText("This message goes to")).toHaveCount(0);
      await chat.say("and back");
      await chat.reply.says("and back");
    });

    test("a long text that is pasted goes beside the message, folded up", async ({ chat, page, upstream }) => {
      await chat.open();
      await chat.choose("echo");
      await chat.composer.focus();
      await chat.laterIsHere();
      await paste(chat.composer, LONG);
      await expect(chat.composer).toHaveValue("");
      const pasted = page.locator(".composer").getByText("Pasted text · 80 lines");
      await expect(pasted).toBeVisible();
      await page.reload();
      await chat.ready();
      await expect(pasted).toBeVisible();
      await chat.say("what is in it?");
      await chat.reply.is("complete");
      expect((await upstream.newest()).user).toBe(`<pasted>\n${LONG}\n</pasted>\n\nwhat is in it?`);
      await expect(pasted).toHaveCount(0);
      const said = chat.question.article.getByText("Pasted text · 80 lines");
      await expect(chat.question.article.getByText("line 80 of a log")).toBeHidden();
      await said.click();
      await expect(chat.question.article.getByText("line 80 of a log")).toBeVisible();
      await page.reload();
      await chat.ready();
      await expect(said).toBeVisible();
    });
  });
}

test("a pasted text can be put into the message, and a short one goes there at once", async ({ chat, page }) => {
  await chat.open();
  await chat.composer.focus();
  await chat.laterIsHere();
  await paste(chat.composer, "short");
  await expect(chat.composer).toHaveValue("short");
  await paste(chat.composer, LONG);
  await page.getByRole("button", { name: "Put it into the message" }).click();
  await expect(chat.composer).toHaveValue(`short\n${LONG}`);
  await paste(chat.composer, LONG);
  await page.getByRole("button", { name: "Remove the pasted text" }).click();
  await expect(page.locator(".pasted")).toHaveCount(0);
  await expect(chat.composer).toBeFocused();
});

test("an edit keeps what was pasted", async ({ chat, page, upstream }) => {
  await chat.open();
  await chat.choose("echo");
  await chat.composer.focus();
  await chat.laterIsHere();
  await paste(chat.composer, LONG);
  await chat.say("one");
  await chat.reply.is("complete");
  await chat.question.article.hover();
  await chat.question.edit.click();
  await expect(chat.question.article.getByText("Pasted text · 80 lines")).toBeVisible();
  await chat.question.editor.fill("two");
  await chat.question.editor.press("Enter");
  await upstream.answered(`<pasted>\n${LONG}\n</pasted>\n\ntwo`);
  await expect(page.locator(".message .pasted")).toHaveCount(1);
});

test("the list is walked by keys, closed by Escape, and gives way to what is typed on", async ({ api, chat, page }) => {
  const preferences = { prompts: ["Alpha", "Beta", "Gamma"].map((name) => ({ name, text: `${name} text` })) };
  await api.call("change_preferences", { preferences, seen: 0 });
  await chat.open();
  await chat.composer.focus();
  await chat.laterIsHere();
  await chat.composer.pressSequentially("/");
  await expect(suggestions(page)).toHaveCount(3);
  await expect(chat.composer).toHaveAttribute("aria-activedescendant", "choice-0");
  await page.keyboard.press("ArrowUp");
  await expect(suggestions(page).last()).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Escape");
  await expect(suggestions(page)).toHaveCount(0);
  await page.keyboard.type("zzz");
  await expect(suggestions(page)).toHaveCount(0);
  await chat.composer.fill("/be");
  await chat.composer.press("Tab");
  await expect(chat.composer).toHaveValue("Beta text");
  await page.keyboard.press("Control+z");
  await expect(chat.composer).toHaveValue("/be");
});

test("who has no prompts is told where to write one", async ({ chat, page }) => {
  await chat.open();
  await chat.composer.focus();
  await chat.laterIsHere();
  await chat.composer.pressSequentially("/");
  await page.getByRole("link", { name: "Write one in the settings" }).click();
  await expect(page).toHaveURL(/settings#prompts$/);
  await expect(page.getByRole("button", { name: "Add a prompt" })).toBeFocused();
});
