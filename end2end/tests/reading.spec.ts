import { readFile } from "node:fs/promises";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { choose, drawn, png } from "../fixtures/pictures";
import { sizes } from "../fixtures/sizes";
import { expect, test } from "../fixtures/test";
import { Markdown } from "../pages/markdown";

const FENCE = "```";
const CODE = 'fn main() {\n\tprintln!("<hi> & bye");\n\n    // end\n}\n';

/** Formulas in all forms and places, and what is none. */
const FORMULAS = `Euler wrote $e^{i\\pi} + 1 = 0$, and \\(a^2 + b^2 = c^2\\) is older.

$$
\\boxed{x = \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}}
$$

\\[
f(x)
=
\\begin{cases} x & \\text{if } x > 0 \\\\ -x & \\text{otherwise} \\end{cases}
- 1
\\]

- an item with $x_1$

| what | how |
|---|---|
| a root | $\\sqrt{2}$ |

It costs $5 or $6, and \`$HOME\` is no formula. $\\nosuchcommand{x}$ is broken.

The end.
`;

const TABLE = '| name | sum | note |\n|---|--:|---|\n| a, b | -5 | say "hi" |\n| =1+1 | $x^2$ | **bold** |\n';

/** What the clipboard holds, in one of its forms. */
async function clipboard(page: Page, kind: "text/plain" | "text/html"): Promise<string> {
  return page.evaluate(async (kind) => {
    const [item] = await navigator.clipboard.read();
    return item?.types.includes(kind) ? (await item.getType(kind)).text() : "";
  }, kind);
}

/** Selects all that a selector finds in the last reply, and copies it as a person does. */
async function copyByHand(page: Page, markdown: Markdown, selector?: string): Promise<void> {
  await markdown.block.evaluate((block, selector) => {
    getSelection()!.selectAllChildren(selector ? block.querySelector(selector)! : block);
  }, selector);
  await page.keyboard.press("ControlOrMeta+c");
}

for (const [size, use] of Object.entries(sizes)) {
  test.describe(size, () => {
    test.use(use);

    test("formulas are typeset after a streamed reply, and after a reload without moving", async ({ chat, page }) => {
      const markdown = new Markdown(page);
      await chat.open();
      await chat.ask("document", `9 5 ${FORMULAS}`);
      await chat.reply.is("complete");
      await expect(markdown.block.locator(".math > math")).toHaveCount(6);
      await expect(markdown.block.locator(".math:not([data-source])")).toHaveText(["$\\nosuchcommand{x}$"]);
      await expect(markdown.block).toContainText("It costs $5 or $6, and $HOME is no formula.");
      await expect(markdown.block.locator(".math-frame")).toHaveCount(1);
      await expect(markdown.block.locator("li"), "no line of a formula is an item").toHaveCount(1);
      const height = () => markdown.block.evaluate((block) => Math.round(block.getBoundingClientRect().height));
      const streamed = await height();
      // What the server sends has them already: nothing is asked for, and nothing moves.
      const html = await (await page.request.get(page.url())).text();
      expect(html.match(/<math /g)).toHaveLength(6);
      await page.reload();
      await chat.ready();
      await expect(markdown.block.locator(".math > math")).toHaveCount(6);
      expect(await height()).toBe(streamed);
    });

    test("a wide formula scrolls in its own box", async ({ chat, page }) => {
      const markdown = new Markdown(page);
      await chat.open();
      const wide = Array.from({ length: 60 }, (_, n) => `x_{${n}}`).join(" + ");
      await chat.ask("document", `200 1 $$${wide}$$\n\nend`);
      await chat.reply.is("complete");
      const formula = markdown.block.locator(".math[data-source]");
      await expect(formula).toBeVisible();
      expect(await markdown.hiddenWidth(formula)).toBeGreaterThan(0);
      expect(await markdown.hiddenWidth(page.locator("html"))).toBe(0);
      await formula.focus();
      await page.keyboard.press("ArrowRight");
      await expect.poll(() => formula.evaluate((box) => box.scrollLeft)).toBeGreaterThan(0);
      await chat.say(`200 1 in a line $${wide}$ as well\n\nend`);
      // The last reply is the new one from here on.
      await expect(markdown.block).toContainText("in a line");
      await chat.reply.is("complete");
      await expect(markdown.block.locator("math")).toBeVisible();
      expect(await markdown.hiddenWidth(markdown.block.locator(".math"))).toBeGreaterThan(0);
      expect(await markdown.hiddenWidth(markdown.block)).toBe(0);
    });

    test("what can be done with code has room, and does what it says", async ({ chat, page }) => {
      const markdown = new Markdown(page);
      await chat.open();
      await chat.ask("document", `9 3 ${FENCE}rust\n${CODE}${FENCE}\n\nDone.`);
      await chat.reply.is("complete");
      await markdown.coloured();
      const head = markdown.code.locator(".code-head");
      expect(await markdown.hiddenWidth(head)).toBe(0);
      await expect(head.getByRole("button")).toHaveCount(4);

      const download = page.waitForEvent("download");
      await markdown.saveCode.click();
      const file = await download;
      expect(file.suggestedFilename()).toBe("code.rs");
      expect(await readFile(await file.path(), "utf8")).toBe(CODE);

      await markdown.numberLines.click();
      await expect(markdown.numberLines).toHaveAttribute("aria-pressed", "true");
      await expect(markdown.code.locator("code > .line")).toHaveCount(5);
      expect(await markdown.code.locator("code").textContent(), "numbers are no text").toBe(CODE);
      await markdown.coloured();
      await markdown.wrapCode.click();
      await expect(markdown.code).toHaveAttribute("data-wrap", "");
      await markdown.copyCode.click();
      await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(CODE);
    });

    test("a table is copied as CSV", async ({ chat, page }) => {
      const markdown = new Markdown(page);
      await chat.open();
      await chat.ask("document", `9 3 ${TABLE}\nend`);
      await chat.reply.is("complete");
      await expect(markdown.block.locator("td math")).toBeAttached();
      await markdown.tables.hover();
      await markdown.copyCsv.click();
      const csv = 'name,sum,note\r\n"a, b",-5,"say ""hi"""\r\n\'=1+1,$x^2$,bold\r\n';
      await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(csv);
      await expect(markdown.block.locator(".table-button")).toHaveText("Copied");
      await expect(markdown.block.locator(".table-button")).toHaveText("Copy as CSV");
    });

    test("images open large, and keys lead through them", async ({ chat, page }) => {
      await chat.open();
      await chat.choose("see");
      await choose(page, png(await drawn(page, 600, 300)), png(await drawn(page, 80, 40)));
      await expect(page.locator("form.composer .tray-image[aria-busy=false]")).toHaveCount(2);
      await chat.say("what is it?");
      await chat.reply.is("complete");
      const link = chat.question.article.getByRole("link", { name: "Image 1" });
      await link.click();
      const large = page.getByRole("dialog", { name: "Image 1" });
      await expect(large).toBeVisible();
      const width = () => page.locator("dialog.large-image > img").evaluate((image: HTMLImageElement) => image.clientWidth);
      await expect.poll(width).toBe(Math.min(600, page.viewportSize()!.width - 2 * 8 - 2 * 8 - 2));
      await page.keyboard.press("ArrowRight");
      await expect(page.getByRole("dialog", { name: "Image 2" })).toBeVisible();
      await expect.poll(width).toBe(80);
      await expect(page.getByRole("button", { name: "Next image" })).toBeDisabled();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`))).toEqual([]);
      await page.keyboard.press("Escape");
      await expect(page.locator("dialog.large-image")).toHaveCount(0);
      await expect(link).toBeFocused();
      await link.click();
      await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
      await expect(page.locator("dialog.large-image")).toHaveCount(0);
    });

    test("what is written from right to left stands so, and so does what holds it", async ({ chat }) => {
      const blocks = ["# مرحبا", "فقرة فيها English و `code`.", "- بند\n- بند ثان\n- an English one", "> اقتباس", "| عمود | قيمة |\n|---|---|\n| أ | 1 |"];
      const ltr = ["English again, with كلمة.", "- one\n- two", `${FENCE}rust\nlet x = 1;\n${FENCE}`];
      await chat.open();
      await chat.ask("document", `200 1 ${[...blocks, ...ltr].join("\n\n")}`);
      await chat.reply.is("complete");
      /** Where a block's letters end, and where its room does. */
      const side = (selector: string, nth = 0) =>
        chat.reply.text.locator(selector).nth(nth).evaluate((element) => {
          const range = document.createRange();
          range.selectNodeContents(element);
          const [text, box] = [range.getClientRects(), element.getBoundingClientRect()];
          const right = Math.max(...[...text].map((rect) => rect.right));
          const left = Math.min(...[...text].map((rect) => rect.left));
          return box.right - right < left - box.left ? "right" : "left";
        });
      const runs = (selector: string, nth = 0) => chat.reply.text.locator(selector).nth(nth).evaluate((element) => getComputedStyle(element).direction);
      for (const leaf of ["h3", "p", "blockquote p", "th"]) expect(await side(leaf), leaf).toBe("right");
      for (const holds of ["ul", "blockquote", "table"]) expect(await runs(holds), holds).toBe("rtl");
      expect([await side("li p"), await side("li p", 2)], "each item by its own letters").toEqual(["right", "left"]);
      expect([await runs("ul", 1), await runs("figure"), await side("ul:last-of-type p")]).toEqual(["ltr", "ltr", "left"]);
    });

    for (const colorScheme of ["light", "dark"] as const) {
      test(`axe finds nothing in ${colorScheme} formulas, tables and code`, async ({ chat, page }) => {
        const markdown = new Markdown(page);
        await page.emulateMedia({ colorScheme });
        await chat.open();
        await chat.ask("document", `200 1 ${FORMULAS}\n${TABLE}\n${FENCE}rust\n${CODE}${FENCE}\n`);
        await chat.reply.is("complete");
        await expect(markdown.block.locator(".math > math")).toHaveCount(7);
        await markdown.numberLines.click();
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`))).toEqual([]);
      });
    }
  });
}

test("a formula that is selected is copied as LaTeX, and as MathML in rich text", async ({ chat, page }) => {
  const markdown = new Markdown(page);
  await chat.open();
  await chat.ask("document", "200 1 Euler wrote $e^{i\\pi} = -1$, it is **known**.\n\n- one\n- two\n");
  await chat.reply.is("complete");
  await expect(markdown.block.locator("math")).toBeVisible();
  await copyByHand(page, markdown);
  await expect.poll(() => clipboard(page, "text/plain")).toBe("Euler wrote $e^{i\\pi} = -1$, it is known.\n\none\ntwo");
  const html = await clipboard(page, "text/html");
  expect(html).toContain("<math");
  expect(html).toContain("<strong>known</strong>");
  expect(html).not.toContain("data-source");
  await copyByHand(page, markdown, "math");
  await expect.poll(() => clipboard(page, "text/plain")).toBe("$e^{i\\pi} = -1$");
});

test("a selection in a formula survives while the reply grows around it", async ({ chat, page, upstream }) => {
  const markdown = new Markdown(page);
  const question = "first $a+b$ then more words come";
  await chat.open();
  await chat.ask("gated", question);
  await upstream.release(question, 3);
  await expect(markdown.block.locator("math")).toBeVisible();
  await markdown.block.evaluate((block) => getSelection()!.selectAllChildren(block.querySelector("math")!));
  await upstream.release(question, 10);
  await chat.reply.is("complete");
  await expect(markdown.block).toContainText("words come");
  const kept = () => page.evaluate(() => getSelection()!.anchorNode?.isConnected && !getSelection()!.isCollapsed);
  expect(await kept()).toBe(true);
});

test("a formula that is being written stands as it is written", async ({ chat, page, upstream }) => {
  const markdown = new Markdown(page);
  const question = "$$ \\frac{a_1}{b} + *c* $$ end";
  await chat.open();
  await chat.ask("gated", question);
  await upstream.release(question, 4);
  await expect(markdown.block.locator(".math")).toHaveText("$$ \\frac{a_1}{b} + *c*");
  await expect(markdown.block.locator("em")).toHaveCount(0);
  await upstream.release(question, 10);
  await chat.reply.is("complete");
  await expect(markdown.block.locator("math")).toBeVisible();
});

test("a copied reply is Markdown for an editor and rich text for a document", async ({ chat, page }) => {
  const markdown = new Markdown(page);
  const text = `# Title\n\nWords with **strength**, \`code\` and $x^2$.\n\n${FENCE}rust\n${CODE}${FENCE}\n\n${TABLE}`.trimEnd();
  await chat.open();
  await chat.ask("document", `200 1 ${text}`);
  await chat.reply.is("complete");
  await markdown.coloured();
  await expect(markdown.block.locator("p math")).toBeVisible();
  await chat.reply.copy.click();
  await expect.poll(() => clipboard(page, "text/plain")).toBe(text);
  const html = await clipboard(page, "text/html");
  for (const part of ["<h1>Title</h1>", "<strong>strength</strong>", "<code>code</code>", "<math", "<pre><code>fn main()", "<table>"]) {
    expect(html).toContain(part);
  }
  expect(html).not.toMatch(/button|class=|data-|tabindex|Wrap lines|svg/);
});

test("a table of ten thousand cells is drawn, stays quick, and is copied", async ({ chat, page }) => {
  const markdown = new Markdown(page);
  const rows = Array.from({ length: 500 }, (_, row) => `|${Array.from({ length: 20 }, (_, cell) => ` ${row}.${cell} `).join("|")}|`);
  const table = `|${" h |".repeat(20)}\n|${"---|".repeat(20)}\n${rows.join("\n")}\n`;
  await chat.open();
  await chat.ask("document", `4000 4 ${table}\nend`);
  await chat.composer.pressSequentially("typed meanwhile");
  await expect(chat.composer).toHaveValue("typed meanwhile");
  await chat.reply.is("complete");
  await expect(markdown.block.locator("td")).toHaveCount(10_000);
  await markdown.copyCsv.focus();
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await page.evaluate(() => navigator.clipboard.readText())).split("\r\n").length).toBe(502);
});

test("broken and bomb-like formulas are text, and harm nobody", async ({ chat, page }) => {
  const markdown = new Markdown(page);
  const bombs = [
    "$\\frac{a$",
    "$$\\def\\a{\\a\\a}\\a$$",
    `$${"{".repeat(2_000)}x${"}".repeat(2_000)}$`,
    `$$${"\\sqrt{".repeat(1_000)}x${"}".repeat(1_000)}$$`,
    "$\\href{javascript:alert(1)}{x}$",
    "$\\text{</math><script>window.hacked = 1</script>}$",
    "$$\\hspace{99999em} x$$",
  ];
  await chat.open();
  await chat.ask("document", `2000 1 ${bombs.join("\n\n")}\n\n$fine$ at last\n`);
  await chat.reply.is("complete");
  await expect(markdown.block.locator("math").last()).toBeVisible();
  expect(await page.evaluate(() => (window as { hacked?: number }).hacked)).toBeUndefined();
  expect(await markdown.block.locator("script, math [href], math [style], math a").count()).toBe(0);
  await page.reload();
  await chat.ready();
  await expect(markdown.block.locator("math").last()).toBeVisible();
  await expect(markdown.block).toContainText("\\href{javascript:alert(1)}{x}");
});

test("what a model thought is found in the page although it is folded", async ({ chat }) => {
  await chat.open();
  await chat.ask("unicode", "go");
  await chat.reply.is("complete");
  const folded = chat.reply.article.locator("details.message-reasoning");
  // A browser's own search opens what it finds in `<details>`; what it finds must be there, and not be taken out of the page.
  await expect(folded.first()).toBeAttached();
  expect(await folded.first().locator(".text").textContent()).not.toBe("");
});
