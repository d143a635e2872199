import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { choose, drawn, png } from "../fixtures/pictures";
import { sizes } from "../fixtures/sizes";
import { expect, NETWORK, test } from "../fixtures/test";

const UPLOADS = "**/api/attachments";

/** Pastes or drops a file, as the browser tells it. */
async function give(target: Locator, event: "paste" | "drop", png: Buffer, text?: string): Promise<void> {
  await target.evaluate(
    (target, { event, bytes, text }) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], "shot.png", { type: "image/png" }));
      if (text) data.setData("text/plain", text);
      const init = { bubbles: true, cancelable: true };
      const given =
        event === "paste"
          ? new ClipboardEvent("paste", { ...init, clipboardData: data })
          : new DragEvent("drop", { ...init, dataTransfer: data });
      target.dispatchEvent(given);
    },
    { event, bytes: [...png], text },
  );
}

function tray(page: Page) {
  const images = page.locator("form.composer .tray-image");
  return { images, ready: page.locator("form.composer .tray-image[aria-busy=false]") };
}

for (const [size, use] of Object.entries(sizes)) {
  test.describe(size, () => {
    test.use(use);

    test("images are chosen, removed, sent, seen by the model, and there after a reload", async ({ chat, page }) => {
      await chat.open();
      await chat.choose("see");
      await choose(page, png(await drawn(page, 600, 300)), { ...png(await drawn(page, 80, 80, "image/jpeg")), mimeType: "image/jpeg" });
      await choose(page, png(await drawn(page, 10, 10)));
      await expect(tray(page).ready).toHaveCount(3);
      await page.getByRole("button", { name: "Remove image 3" }).click();
      await expect(tray(page).images).toHaveCount(2);
      await chat.say("what is it?");
      await chat.reply.is("complete");
      await chat.reply.says("what is it? [image/png, image/jpeg]");
      await expect(tray(page).images).toHaveCount(0);
      for (const looked of ["at once", "after a reload"]) {
        const shown = chat.question.article.locator(".message-image img");
        await expect(shown, looked).toHaveCount(2);
        const size = (image: Locator) =>
          image.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight, image.width, image.height]);
        await expect.poll(() => size(shown.first())).toEqual([600, 300, 128, 64]);
        await expect.poll(() => size(shown.last())).toEqual([80, 80, 80, 80]);
        await page.reload();
        await chat.ready();
      }
      await chat.question.article.getByRole("link", { name: "Image 1" }).click();
      const whole = page.waitForEvent("popup");
      await page.getByRole("dialog").getByRole("link", { name: "Open in a new tab" }).click();
      await expect((await whole).locator("img")).toBeVisible();
    });
  });
}

test("an image is pasted or dropped anywhere; text of a table stays text", async ({ chat, page }) => {
  await chat.open();
  await chat.choose("see");
  await chat.composer.click();
  const image = await drawn(page, 20, 20);
  // The listener comes with the later file.
  await expect.poll(async () => {
    await give(chat.composer, "paste", image);
    return tray(page).images.count();
  }).toBeGreaterThan(0);
  const pasted = await tray(page).images.count();
  await give(page.locator("body"), "drop", image);
  await expect(tray(page).ready).toHaveCount(pasted + 1);
  await give(chat.composer, "paste", image, "a\tb");
  await expect(tray(page).images).toHaveCount(pasted + 1);
  await page.locator("body").evaluate((body) => {
    const data = new DataTransfer();
    data.items.add(new File(["text"], "notes.txt", { type: "text/plain" }));
    body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
  });
  await expect(page.getByText("Only images can be added: PNG, JPEG, WebP or GIF.")).toBeVisible();
  await chat.composer.press("Enter");
  await chat.reply.says(` [${Array(pasted + 1).fill("image/png").join(", ")}]`);
});

test("a large image is made smaller before it leaves the browser", async ({ chat, page }) => {
  await chat.open();
  await chat.choose("see");
  const sent = page.waitForRequest(UPLOADS);
  await choose(page, { ...png(await drawn(page, 5000, 2500, "image/jpeg")), mimeType: "image/jpeg" });
  expect(await (await sent).headerValue("content-type")).toBe("image/jpeg");
  await expect(tray(page).ready).toHaveCount(1);
  await chat.say("how large?");
  await chat.reply.is("complete");
  const shown = chat.question.article.locator(".message-image img");
  await expect.poll(() => shown.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight])).toEqual([2048, 1024]);
});

test("Enter waits for images that are on their way, and what is no image is told of", async ({ chat, page, watch }) => {
  watch.expect(/422/);
  await chat.open();
  await chat.choose("see");
  let go = () => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  await page.route(UPLOADS, async (route) => {
    await held;
    await route.continue();
  });
  await choose(page, png(await drawn(page, 20, 20)));
  await chat.say("look");
  await expect(chat.words).toContainText("as soon as its images are there");
  go();
  await chat.reply.says("look [image/png]");

  await choose(page, png(Buffer.from("no picture at all")));
  await expect(page.locator(".tray-image").getByRole("alert")).toHaveText("shot.png: This is no image that can be read. Use PNG, JPEG, WebP or GIF.");
  await expect(page.getByRole("button", { name: "Try again" }), "it does not become one").toHaveCount(0);
  await chat.say("and this?");
  await expect(chat.words).toContainText("An image is not there");
  await expect(chat.composer).toHaveValue("and this?");
  await page.getByRole("button", { name: "Remove image 1" }).press("Enter");
  await expect(chat.composer).toBeFocused();
  await chat.composer.press("Enter");
  await chat.reply.says("and this? []");
});

test("images wait with the draft over a reload, and one that is gone says so", async ({ chat, page, server, watch }) => {
  await chat.open();
  await chat.choose("see");
  await choose(page, png(await drawn(page, 20, 20)), png(await drawn(page, 30, 30)));
  await expect(tray(page).ready).toHaveCount(2);
  await chat.composer.fill("look at these");
  await page.reload();
  await chat.ready();
  await expect(tray(page).ready).toHaveCount(2);
  await expect(chat.composer).toHaveValue("look at these");
  await chat.composer.press("Enter");
  await chat.reply.says("look at these [image/png, image/png]");
  await page.reload();
  await chat.ready();
  await chat.composer.click();
  await expect(tray(page).images).toHaveCount(0);

  await choose(page, png(await drawn(page, 40, 40)));
  await expect(tray(page).ready).toHaveCount(1);
  await chat.composer.fill("and this?");
  rmSync(join(server.folder, "data", "attachments"), { recursive: true });
  watch.expect(/404/);
  await page.reload();
  await chat.ready();
  await expect(page.locator(".tray-image").getByRole("alert")).toHaveText("The server does not have it any more. Add it again.");
  await chat.composer.press("Enter");
  await expect(chat.words).toContainText("An image is not there");
  await page.getByRole("button", { name: "Remove image 1" }).click();
  await chat.composer.press("Enter");
  await chat.reply.says("and this? []");
});

test("an upload goes on when the server is back", async ({ chat, page, wire, watch }) => {
  watch.expect(NETWORK);
  await page.goto(wire.url);
  await chat.ready();
  await chat.choose("see");
  const image = await drawn(page, 20, 20);
  await wire.cut();
  await choose(page, png(image));
  await expect(tray(page).images).toHaveAttribute("aria-busy", "true");
  await wire.mend();
  await expect(tray(page).ready).toHaveCount(1);
  await chat.say("still there?");
  await chat.reply.says("still there? [image/png]");
});

test("a model that sees nothing is not asked about an image, and the draft is kept with it", async ({ chat, page, watch }) => {
  watch.expect(/422/);
  await chat.open();
  await chat.choose("blind");
  await choose(page, png(await drawn(page, 20, 20)));
  await expect(tray(page).ready).toHaveCount(1);
  await chat.say("what is it?");
  await expect(chat.problem).toContainText("This model cannot see images. Choose one that does, or take the images away.");
  await expect(tray(page).images).toHaveCount(1);
  await chat.choose("see");
  await expect(chat.problem, "it was the other model's").toHaveCount(0);
  await chat.composer.press("Enter");
  await chat.reply.says("what is it? [image/png]");
});

test("an edit keeps the images of a message, and can change them", async ({ chat, page }) => {
  await chat.open();
  await chat.choose("see");
  await choose(page, png(await drawn(page, 20, 20)), png(await drawn(page, 30, 30)));
  await expect(tray(page).ready).toHaveCount(2);
  await chat.say("two of them");
  await chat.reply.says("two of them [image/png, image/png]");
  await chat.question.edit.click();
  const editor = page.getByRole("form", { name: "Edit your message" });
  await expect(editor.locator(".tray-image img")).toHaveCount(2);
  await editor.getByRole("button", { name: "Remove image 1" }).click();
  const chooser = page.waitForEvent("filechooser");
  await editor.getByRole("button", { name: "Add images" }).click();
  await (await chooser).setFiles(png(await drawn(page, 50, 50)));
  await expect(editor.locator(".tray-image")).toHaveCount(2);
  await editor.getByRole("button", { name: "Remove image 2" }).click();
  await give(editor.getByRole("textbox"), "paste", await drawn(page, 40, 40));
  await expect(editor.locator(".tray-image[aria-busy=false]")).toHaveCount(2);
  await expect(tray(page).images, "it was pasted into the message").toHaveCount(0);
  await editor.getByRole("textbox").fill("two others");
  await editor.getByRole("textbox").press("Enter");
  await chat.reply.says("two others [image/png, image/png]");
  const widths = () =>
    chat.question.article.locator(".message-image img").evaluateAll((images) => images.map((image) => (image as HTMLImageElement).naturalWidth));
  await expect.poll(widths).toEqual([30, 40]);
});
