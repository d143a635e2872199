import { expect, test } from "../fixtures/test";
import type { ChatPage } from "../pages/chat";

/** At the foot of the model picker's list. */
async function open(chat: ChatPage): Promise<void> {
  await chat.model.open();
  await chat.model.panel.getByRole("button", { name: /^Instructions and parameters/ }).click();
}

test("a new conversation is set up, and its models are told", async ({ chat, page, upstream }) => {
  await chat.open();
  await open(chat);
  const dialog = page.getByRole("dialog", { name: "Instructions and parameters" });
  await expect(dialog.getByLabel("Instructions")).toBeFocused();
  await dialog.getByLabel("Instructions").fill("Answer in one word.");
  await dialog.getByLabel("Temperature").fill("0.5");
  await dialog.getByLabel("Thinking").selectOption("Low");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  await chat.model.open();
  await expect(chat.model.panel.getByRole("button", { name: "Instructions and parameters ✓" })).toBeVisible();
  await page.keyboard.press("Escape");
  await chat.ask("echo", "who are you?");
  await chat.reply.is("complete");
  const body = (await upstream.asked("who are you?")).body as { messages: unknown[]; temperature: number };
  expect(body.messages[0]).toEqual({ role: "system", content: "Answer in one word." });
  expect(body).toMatchObject({ temperature: 0.5, reasoning_effort: "low" });

  // It is the conversation's own, and can be changed: a number out of its range is told by the browser.
  await page.reload();
  await chat.ready();
  await open(chat);
  await expect(dialog.getByLabel("Instructions")).toHaveValue("Answer in one word.");
  await expect(dialog.getByLabel("Temperature")).toHaveValue("0.5");
  await dialog.getByLabel("Temperature").fill("7");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeVisible();
  await dialog.getByRole("button", { name: "Clear" }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toHaveCount(0);
  await chat.model.open();
  await expect(chat.model.panel.getByRole("button", { name: "Instructions and parameters", exact: true })).toBeVisible();
  await page.keyboard.press("Escape");
  await chat.say("and now?");
  await chat.reply.is("complete");
  const later = (await upstream.asked("and now?")).body as { messages: { role: string }[]; temperature?: number };
  expect(later.messages[0].role).toBe("user");
  expect(later.temperature).toBeUndefined();
});

test("what is written in a setup is thrown away by its own button only", async ({ api, chat, page, upstream }) => {
  const { conversation } = await api.send("echo", "set up late");
  await upstream.answered("set up late");
  await chat.open(conversation);
  await open(chat);
  const dialog = page.getByRole("dialog", { name: "Instructions and parameters" });
  await expect(dialog.getByRole("button", { name: "Save" })).toBeEnabled();
  await page.keyboard.press("Escape");
  await expect(dialog, "nothing was written").toHaveCount(0);
  await open(chat);
  await expect(dialog.getByRole("button", { name: "Save" })).toBeEnabled();
  await dialog.getByLabel("Instructions").fill("a long text");
  const question = dialog.getByText("Your changes are not saved.");
  for (const leave of [
    () => page.keyboard.press("Escape"),
    () => page.mouse.click(2, 2),
    () => dialog.getByRole("button", { name: "Close" }).click(),
  ]) {
    await leave();
    await expect(question).toBeVisible();
    await expect(dialog.getByRole("button", { name: "Keep editing" })).toBeFocused();
    await dialog.getByRole("button", { name: "Keep editing" }).click();
    await expect(question).toHaveCount(0);
    await expect(dialog.getByLabel("Instructions")).toHaveValue("a long text");
  }
  await page.keyboard.press("Escape");
  await dialog.getByRole("button", { name: "Discard them" }).click();
  await expect(dialog).toHaveCount(0);
  await open(chat);
  await expect(dialog.getByLabel("Instructions")).toHaveValue("");
});

test("a chat that has not begun keeps its setup over a reload, in this tab", async ({ chat, page, upstream }) => {
  await chat.open();
  await open(chat);
  const dialog = page.getByRole("dialog", { name: "Instructions and parameters" });
  await dialog.getByLabel("Instructions").fill("Answer in one word.");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(chat.model.button).toContainText("set up");
  await page.reload();
  await chat.ready();
  await expect(chat.model.button).toContainText("set up");
  const tab = await page.context().newPage();
  await tab.goto("/");
  await expect(tab.getByRole("button", { name: /^Model: / })).not.toContainText("set up");
  await tab.close();
  await chat.ask("echo", "who are you?");
  await chat.reply.is("complete");
  const body = (await upstream.asked("who are you?")).body as { messages: unknown[] };
  expect(body.messages[0]).toEqual({ role: "system", content: "Answer in one word." });
  await expect(chat.model.button).toContainText("set up");
  await chat.open();
  await expect(chat.model.button, "the next one begins without").not.toContainText("set up");
});

test("who was not the first to change a setup is told", async ({ api, chat, page, upstream, watch }) => {
  const { conversation } = await api.send("echo", "set up twice");
  await upstream.answered("set up twice");
  await chat.open(conversation);
  await open(chat);
  const dialog = page.getByRole("dialog", { name: "Instructions and parameters" });
  await expect(dialog.getByRole("button", { name: "Save" })).toBeEnabled();
  await dialog.getByLabel("Instructions").fill("mine");
  const { version } = await api.call<{ version: number }>("get_setup", { conversation });
  await api.call("change_setup", { conversation, setup: { instructions: "theirs" }, seen: version });
  watch.expect(/409/);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByRole("alert").filter({ hasText: "changed elsewhere" })).toBeVisible();
  await expect(dialog.getByLabel("Instructions")).toHaveValue("mine");
  await dialog.getByRole("button", { name: "Close" }).click();
  await dialog.getByRole("button", { name: "Discard them" }).click();
  await open(chat);
  await expect(dialog.getByLabel("Instructions")).toHaveValue("theirs");
});
