import AxeBuilder from "@axe-core/playwright";
import { sizes } from "../fixtures/sizes";
import { expect, test } from "../fixtures/test";

for (const [size, use] of Object.entries(sizes)) {
  test.describe(size, () => {
    test.use(use);

    test("Ctrl+K leads to every conversation and command by its name", async ({ api, chat, page, upstream }) => {
      const { conversation } = await api.send("echo", "about brooks");
      await api.send("echo", "about hills");
      await upstream.answered("about hills");
      await chat.open();
      await chat.composer.fill("a draft stays");
      await page.keyboard.press("Control+k");
      const palette = page.getByRole("dialog", { name: "Go anywhere, do anything" });
      await expect(palette.getByRole("combobox")).toBeFocused();
      await expect(palette.getByRole("option", { name: "about brooks" })).toBeVisible();
      await expect(palette.getByRole("option", { name: "Stop" }), "nothing runs").toHaveCount(0);
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      await page.keyboard.press("Escape");
      await expect(palette).toHaveCount(0);
      await expect(chat.composer).toBeFocused();

      await page.keyboard.press("Control+k");
      await page.keyboard.type("brooks");
      await expect(palette.getByRole("option")).toHaveCount(1);
      await page.keyboard.press("Enter");
      await expect(page).toHaveURL(new RegExp(`/c/${conversation}$`));
      await chat.reply.is("complete");

      await page.keyboard.press("Control+k");
      await page.keyboard.type("copy the last");
      await page.keyboard.press("Enter");
      await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe("about brooks");

      await page.keyboard.press("Control+k");
      await page.keyboard.type("dark");
      await page.keyboard.press("Enter");
      await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
      await page.keyboard.press("Control+k");
      await page.keyboard.type("no such thing");
      await expect(palette).toContainText("Nothing of that name");
      await page.keyboard.press("Escape");
    });

    test("commands are those of the moment", async ({ chat, page, upstream }) => {
      await chat.open();
      await chat.ask("gated", "to be stopped");
      await upstream.release("to be stopped", 1);
      // It lists what can be done when it is opened.
      await expect(chat.stop).toBeVisible();
      await page.keyboard.press("Control+k");
      await page.getByRole("option", { name: "Stop", exact: true }).click();
      await chat.reply.is("stopped");
      await page.keyboard.press("Control+k");
      await page.getByRole("option", { name: "Edit your last message" }).click();
      await expect(chat.question.editor).toBeVisible();
      await page.keyboard.press("Control+k");
      await page.keyboard.type("new chat");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("Enter");
      await expect(page).toHaveURL(/\/$/);
      await expect(chat.composer).toBeFocused();
    });
  });
}

test("a reply is read out by sentences, and its end is said", async ({ chat, page, upstream }) => {
  const said: string[] = [];
  await page.exposeFunction("heard", (words: string) => said.push(words));
  await chat.open();
  await page.evaluate(() => {
    new MutationObserver(() => {
      const region = document.querySelector("[data-announces=reply]");
      if (region?.textContent) (window as unknown as { heard(words: string): void }).heard(region.textContent);
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  const words = "One brook flows. It has **no** end";
  await chat.ask("gated", words);
  await upstream.release(words, 4);
  await chat.reply.says("One brook flows. It ");
  expect(said.join(" "), "not by tokens").not.toContain("One brook flows. It");
  await upstream.release(words, 5);
  await chat.reply.is("complete");
  await expect.poll(() => said.at(-1)).toContain("The reply is complete.");
  const all = said.join(" ");
  expect(all).toContain("A reply is being written.");
  expect(all).toContain("One brook flows.");
  expect(all).toContain("It has no end");
});
