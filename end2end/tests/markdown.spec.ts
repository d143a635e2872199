import AxeBuilder from "@axe-core/playwright";
import { NETWORK, expect, test } from "../fixtures/test";
import { Markdown } from "../pages/markdown";

const FENCE = "```";
const CODE = 'fn main() {\n\tprintln!("<hi> & bye");\n\n    // end\n}\n';

/** Everything that Markdown has, once. */
const EVERYTHING = `# Heading

Words with *emphasis*, **strength**, ~~loss~~, \`code\`, [a link](https://a.example/x "title"), <https://b.example>,
https://c.example/路径，and **注意：**中文. A [reference] that comes late, a note[^1], \\(x_1\\), $y$ for $5 and ![a cat](https://i.example/cat.png).

## Lists

- one
- two
  1. first
  2. second

     ${FENCE}sh
     echo nested
     ${FENCE}
- three

- [x] done
- [ ] to do

### Code

${FENCE}rust
${CODE}${FENCE}

| Left | Centre | Right |
|:-----|:------:|------:|
| a | \`b\` | 3 |
| much longer words in here | and here as well, to make it wide | and 1234567890 here as well |

> A quote
> with two lines
>
> > and another in it

> [!WARNING]
> Mind the gap.

---

<b>raw</b> and a<br>break

[reference]: https://r.example
[^1]: The note.

مرحبا بالعالم

The end.
`;

/** What a model could say to do harm. */
const HOSTILE = [
  "<script>window.hacked = 1</script>",
  '<img src="https://evil.example/x.png" onerror="window.hacked = 2">',
  "[x](javascript:window.hacked=3) [y](JaVaScRiPt:window.hacked=4) [z](data:text/html,x) ![p](https://evil.example/p.png)",
  `${FENCE}js" autofocus onfocus="window.hacked=5\nx\n${FENCE}`,
  "safe \u202egpj.exe\u202c end",
  ">".repeat(10_000) + " deep",
  "- ".repeat(10_000) + "deep",
  "[".repeat(10_000),
  "*a **b ".repeat(5_000),
  "a *b* ".repeat(40_000),
  `${FENCE}\nnever closed\n${"x".repeat(100_000)}`,
].join("\n\n");

/** What is drawn, without the colours of code and with formulas as they were written: both come when they come. */
async function drawn(markdown: Markdown): Promise<string> {
  return markdown.block.evaluate((block) => {
    const copy = block.cloneNode(true) as HTMLElement;
    for (const code of copy.querySelectorAll("pre > code")) {
      code.textContent = code.textContent;
      code.removeAttribute("data-coloured");
    }
    for (const formula of copy.querySelectorAll<HTMLElement>(".math")) {
      formula.textContent = formula.dataset.source ?? formula.textContent;
      formula.removeAttribute("data-source");
      formula.removeAttribute("data-asked");
    }
    // An element that became another one has its attributes in the order in which they came: that says nothing.
    for (const element of copy.querySelectorAll("*")) {
      const attributes = [...element.attributes].map(({ name, value }) => [name, value]).sort();
      for (const [name] of attributes) element.removeAttribute(name);
      for (const [name, value] of attributes) element.setAttribute(name, value);
    }
    return copy.innerHTML;
  });
}

for (const [size, viewport] of Object.entries({
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
})) {
  test.describe(size, () => {
    test.use({ viewport });

    test("what was streamed is what the server draws", async ({ chat, page }) => {
      const markdown = new Markdown(page);
      await chat.open();
      await chat.ask("document", `7 4 ${EVERYTHING}`);
      await chat.reply.is("complete");
      await expect(markdown.block).toContainText("The end.");
      const streamed = await drawn(markdown);
      expect(streamed).toContain("<h3");
      await page.reload();
      await chat.ready();
      expect(await drawn(markdown)).toBe(streamed);
    });

    test("a reply goes on where the server drew it", async ({ chat, page, upstream }) => {
      const markdown = new Markdown(page);
      await chat.open();
      const question = "# Title\n\n- first item\n- second item with *some\n- words*\n\nend";
      await chat.ask("gated", question);
      await upstream.release(question, 6);
      await expect(markdown.block).toContainText("second");
      await page.reload();
      await chat.ready();
      await upstream.release(question, 12);
      await chat.reply.is("complete");
      await expect(markdown.block.locator("li")).toHaveText(["first item", /second item/, /words/]);
      const streamed = await drawn(markdown);
      await page.reload();
      await chat.ready();
      expect(await drawn(markdown)).toBe(streamed);
    });

    test("wide tables and code scroll by themselves", async ({ chat, page }) => {
      const markdown = new Markdown(page);
      await chat.open();
      const cells = Array.from({ length: 12 }, (_, n) => `column number ${n}`);
      const row = `| ${cells.join(" | ")} |`;
      const table = `${row}\n|${"---|".repeat(12)}\n${row}\n`;
      await chat.ask("document", `100 1 ${table}\n${FENCE}\n${"wide ".repeat(80)}\n${FENCE}\n`);
      await chat.reply.is("complete");
      expect(await markdown.hiddenWidth(markdown.tables)).toBeGreaterThan(0);
      expect(await markdown.hiddenWidth(markdown.code.locator("pre"))).toBeGreaterThan(0);
      expect(await markdown.hiddenWidth(page.locator("html"))).toBe(0);
      expect(await markdown.hiddenWidth(chat.thread)).toBe(0);
      await markdown.tables.focus();
      await page.keyboard.press("ArrowRight");
      await expect.poll(() => markdown.tables.evaluate((table) => table.scrollLeft)).toBeGreaterThan(0);
    });

    for (const colorScheme of ["light", "dark"] as const) {
      test(`axe finds nothing in ${colorScheme} Markdown`, async ({ chat, page }) => {
        await page.emulateMedia({ colorScheme });
        await chat.open();
        await chat.ask("document", `200 1 ${EVERYTHING}`);
        await chat.reply.is("complete");
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`))).toEqual([]);
      });
    }
  });
}

test("a selection survives while the reply grows around it", async ({ chat, page, upstream }) => {
  const markdown = new Markdown(page);
  const question = "alpha beta gamma **delta** epsilon zeta";
  await chat.open();
  await chat.ask("gated", question);
  await upstream.release(question, 2);
  await expect(markdown.block).toHaveText("alpha beta");
  await markdown.block.evaluate((block) => {
    const text = block.querySelector("p")!.firstChild!;
    getSelection()!.setBaseAndExtent(text, 0, text, 10);
  });
  await upstream.release(question, 10);
  await chat.reply.is("complete");
  await expect(markdown.block).toHaveText("alpha beta gamma delta epsilon zeta");
  expect(await page.evaluate(() => getSelection()!.toString())).toBe("alpha beta");
});

test("code is copied exactly, wraps, and gets its colours", async ({ chat, page }) => {
  const markdown = new Markdown(page);
  await chat.open();
  await chat.ask("document", `9 3 Look:\n\n${FENCE}rust\n${CODE}${FENCE}\n\nDone.`);
  await chat.reply.is("complete");
  await markdown.copyCode.click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(CODE);
  await expect(markdown.copyCode).toHaveText("Copied");
  await expect(markdown.wrapCode).toHaveAttribute("aria-pressed", "false");
  await markdown.wrapCode.click();
  await expect(markdown.wrapCode).toHaveAttribute("aria-pressed", "true");
  await expect(markdown.code).toHaveAttribute("data-wrap", "");
  await markdown.coloured();
  expect(await markdown.code.locator("code").textContent(), "colours change no text").toBe(CODE);
  await page.reload();
  await chat.ready();
  await markdown.coloured();
});

test("a hostile reply is text, loads nothing, and leaves the page to who reads", async ({ chat, page }) => {
  const markdown = new Markdown(page);
  const elsewhere: string[] = [];
  page.on("request", (request) => {
    if (new URL(request.url()).hostname.endsWith("evil.example")) elsewhere.push(request.url());
  });
  await chat.open();
  await markdown.watchPace();
  await chat.ask("document", `2000 2 ${HOSTILE}`);
  await chat.composer.pressSequentially("typed meanwhile");
  await expect(chat.composer).toHaveValue("typed meanwhile");
  await chat.reply.is("complete");
  await expect(markdown.block).toContainText("never closed");
  console.log(`longest task: ${await markdown.longestTask()} ms`);
  const streamed = await drawn(markdown);
  await page.reload();
  await chat.ready();
  expect(await drawn(markdown)).toBe(streamed);
  expect(await page.evaluate(() => (window as { hacked?: number }).hacked)).toBeUndefined();
  expect(elsewhere).toEqual([]);
  expect(await markdown.block.locator('script, img, [onerror], [onfocus], a[href^="java"], a[href^="data"]').count()).toBe(0);
  await expect(markdown.block.locator('.control[data-name="RLO"]')).toBeAttached();
});

test.describe("the later file", () => {
  const later = /split_later[^/]*\.wasm/;

  test.beforeEach(async ({ chat, page, watch }) => {
    watch.expect(NETWORK);
    await chat.open();
    await chat.choose("gated");
    // A model is chosen through it: who remembers one needs none.
    const split = await page.evaluate(() => performance.getEntriesByType("resource").some(({ name }) => name.includes("split_later")));
    test.skip(!split, "a build for development is one piece");
    await page.route(later, (route) => route.abort());
    await page.reload();
    await chat.ready();
  });

  test("while it does not come, a reply is plain text", async ({ chat, page, upstream }) => {
    const markdown = new Markdown(page);
    const question = "some **strong** words that go on";
    await chat.say(question);
    await upstream.release(question, 2);
    await expect(markdown.block).toHaveText("some **strong**");
    await page.unroute(later);
    await upstream.release(question, 10);
    await chat.reply.is("complete");
    await expect(markdown.block).toContainText("words that go on");
    await expect(markdown.block.locator("strong")).toHaveText("strong");
  });

  test("what needs it says so, and opens once it can be had", async ({ chat, page }) => {
    await chat.model.button.click();
    await expect(page.getByText("This part of the page did not load")).toBeVisible();
    await expect(chat.model.button).toHaveAttribute("aria-expanded", "false");
    await page.unroute(later);
    await chat.model.button.click();
    await expect(chat.model.panel).toBeVisible();
  });
});

test("on paper code and tables are whole", async ({ chat, page }) => {
  await chat.open();
  await chat.ask("document", `2000 1 ${EVERYTHING}\n\n\`\`\`\n${"a long line ".repeat(60)}\n\`\`\`\n`);
  await chat.reply.is("complete");
  await page.emulateMedia({ media: "print" });
  const hidden = await chat.reply.text.evaluate((text) =>
    [...text.querySelectorAll("pre, .table")].filter((box) => box.scrollWidth > box.clientWidth + 1).length,
  );
  expect(hidden, "what does not fit is cut").toBe(0);
  await expect(chat.reply.text.getByRole("button", { name: "Copy" }).first()).toBeHidden();
});

test("what was said is readable with scripts off", async ({ browser, chat, server }) => {
  await chat.open();
  const conversation = await chat.ask("document", `200 1 ${EVERYTHING}`);
  await chat.reply.is("complete");
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: server.url });
  const page = await context.newPage();
  await page.goto(`/c/${conversation}`);
  const markdown = new Markdown(page);
  await expect(markdown.block.getByRole("heading", { name: "Heading" })).toBeVisible();
  await expect(markdown.tables.getByRole("row")).toHaveCount(3);
  await expect(markdown.block.getByRole("link", { name: "a link" })).toHaveAttribute("href", "https://a.example/x");
  await expect(markdown.code.first().getByRole("button", { name: "Copy" })).toBeHidden();
  for (const width of [390, 720, 820]) {
    await page.setViewportSize({ width, height: 800 });
    const link = markdown.block.getByRole("link", { name: "a link" });
    await link.scrollIntoViewIfNeeded();
    await expect(link, `${width} px`).toBeInViewport();
  }
  await context.close();
});
