import { createSocket } from "node:dgram";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { sizes } from "../fixtures/sizes";
import { expect, NETWORK, test } from "../fixtures/test";
import type { ChatPage } from "../pages/chat";
import { Markdown } from "../pages/markdown";

const FENCE = "```";
const DIAGRAM = "graph TD;\n  Rain-->Brook;\n  Brook-->River;\n  River-->|slowly| Sea;\n";
/** As models write it for a page: without the namespace, and with a script that must not run. */
const SVG = `<svg viewBox="0 0 100 50"><title>A circle</title><circle cx=50 cy=25 r=20 fill="teal"/>
<script>parent.postMessage("failed it ran", "*")</script><image href="/favicon.svg" width="9" height="9"/></svg>`;

const dialog = (page: Page) => page.getByRole("dialog", { name: "Preview" });
const frame = (page: Page) => dialog(page).locator("iframe");
const inside = (page: Page) => frame(page).contentFrame();
const preview = (page: Page) => page.getByRole("button", { name: "Preview" });

async function written(chat: ChatPage, language: string, code: string): Promise<void> {
  await chat.open();
  await chat.ask("document", `200 1 ${FENCE}${language}\n${code}\n${FENCE}\n\nDone.`);
  await chat.reply.is("complete");
}

for (const [size, use] of Object.entries(sizes)) {
  test.describe(size, () => {
    test.use(use);

    for (const colorScheme of ["light", "dark"] as const) {
      test(`a diagram is drawn on demand, ${colorScheme}`, async ({ chat, page }) => {
        await page.emulateMedia({ colorScheme });
        const asked: string[] = [];
        page.on("request", (request) => asked.push(request.url()));
        await written(chat, "mermaid", DIAGRAM);
        expect(asked.filter((url) => /mermaid|preview/.test(url)), "nothing of it before it is wanted").toEqual([]);
        await preview(page).click();
        await expect(frame(page)).toHaveAttribute("data-drawn", "true");
        await expect(inside(page).locator("svg#diagram")).toBeVisible();
        await expect(inside(page).getByText("Brook", { exact: true })).toBeVisible();
        const { violations } = await new AxeBuilder({ page }).exclude("iframe").analyze();
        expect(violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`))).toEqual([]);
        await expect(dialog(page).getByRole("button", { name: "Close" })).toBeFocused();
        await page.keyboard.press("Escape");
        await expect(dialog(page)).toHaveCount(0);
        await expect(preview(page)).toBeFocused();
        // And once more, since it goes away whole.
        await page.keyboard.press("Enter");
        await expect(frame(page)).toHaveAttribute("data-drawn", "true");
        await inside(page).locator("body").click();
        await page.keyboard.press("Escape");
        await expect(dialog(page), "also from inside").toHaveCount(0);
      });
    }

    test("an SVG is an image, whatever is in it", async ({ chat, page, watch }) => {
      // The image in it is not loaded, and the browser may say so.
      watch.expect(/Content Security Policy|favicon/);
      await written(chat, "svg", SVG);
      await preview(page).click();
      await expect(frame(page)).toHaveAttribute("data-drawn", "true");
      const image = inside(page).getByRole("img", { name: "A circle" });
      await expect(image).toBeVisible();
      expect(await image.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
      await expect(dialog(page)).not.toContainText("it ran");
      await expect(inside(page).locator("script")).toHaveCount(1);
    });

    test("a page runs in it", async ({ chat, page }) => {
      await written(
        chat,
        "html",
        `<!doctype html><title>Counter</title><style>button { color: rgb(1, 2, 3) }</style>
<button>0</button><script>document.querySelector("button").onclick = (event) => event.target.textContent++</script>`,
      );
      await preview(page).click();
      const button = inside(page).getByRole("button");
      await button.click();
      await button.click();
      await expect(button).toHaveText("2");
      await expect(button).toHaveCSS("color", "rgb(1, 2, 3)");
      await dialog(page).getByRole("button", { name: "Close" }).click();
      await expect(dialog(page)).toHaveCount(0);
    });
  });
}

test("a picture without a namespace is one, and what is open goes with its page", async ({ chat, page }) => {
  await written(chat, "svg", '<svg width="200" height="100"><rect width="200" height="100" fill="blue"/></svg>');
  await preview(page).click();
  await expect(inside(page).getByRole("img", { name: "SVG" })).toHaveJSProperty("naturalWidth", 200);
  await page.goBack();
  await expect(dialog(page)).toHaveCount(0);
});

test("a wide diagram can be read: it scrolls, and a click fits it in", async ({ chat, page }) => {
  const steps = Array.from({ length: 30 }, (_, n) => `  s${n}[Step ${n}] --> s${n + 1}[Step ${n + 1}];`).join("\n");
  await written(chat, "mermaid", `graph LR;\n${steps}`);
  await preview(page).click();
  const svg = inside(page).locator("svg#diagram");
  await expect(svg).toBeVisible();
  const width = () => svg.evaluate((svg) => Math.round(svg.getBoundingClientRect().width));
  expect(await width()).toBeGreaterThan(2_000);
  await svg.click({ position: { x: 20, y: 20 } });
  expect(await width()).toBeLessThan(1_280);
  await page.keyboard.press("Enter");
  expect(await width()).toBeGreaterThan(2_000);
});

test("a script that fails is told, and a form works", async ({ chat, page, watch }) => {
  watch.expect(/nothingOfTheKind/);
  await written(
    chat,
    "html",
    `<form onsubmit="event.preventDefault(); out.textContent = name.value"><input name=name><button>Add</button></form><p id=out></p><script>nothingOfTheKind()</script>`,
  );
  await preview(page).click();
  await expect(dialog(page).getByRole("status")).toHaveText("A script in it failed, so some of it may not work.");
  await inside(page).getByRole("textbox").fill("milk");
  await inside(page).getByRole("button").click();
  await expect(inside(page).locator("#out")).toHaveText("milk");
});

test("what is no diagram says why", async ({ chat, page }) => {
  await written(chat, "mermaid", "graph TD;\n  A--");
  await preview(page).click();
  await expect(dialog(page).getByRole("status")).toHaveText("This could not be drawn, and this is why:");
  await expect(dialog(page).locator("pre")).toContainText("Parse error on line");
  await expect(frame(page)).toHaveCount(0);
});

test("code in other languages has no preview", async ({ chat, page }) => {
  await written(chat, "rust", "fn main() {}");
  await expect(new Markdown(page).code).toHaveCount(1);
  await expect(preview(page)).toHaveCount(0);
});

test("a page in it reaches neither Brooklet, nor its cookies, nor the network", async ({ chat, page, server, watch }) => {
  watch.expect(/Content Security Policy|sandbox|Blocked|violates|Failed to load|ERR_|origin 'null'|Refused|denied|not allowed|Unsafe attempt/);
  const heard: string[] = [];
  const spy = createServer((request, response) => {
    heard.push(request.url!);
    response.setHeader("access-control-allow-origin", "*").end("heard");
  });
  await new Promise<void>((done) => spy.listen(0, "127.0.0.1", done));
  let packets = 0;
  const stun = createSocket("udp4", () => packets++);
  await new Promise<void>((done) => stun.bind(0, "127.0.0.1", done));
  const away = `http://127.0.0.1:${(spy.address() as AddressInfo).port}`;
  const tried = ["/api/list_conversations", "/preview", "/favicon.svg"].map((path) => server.url + path);
  await written(
    chat,
    "html",
    `<!doctype html><link rel=stylesheet href="${away}/style"><link rel=preload as=image href="${away}/preload"><img src="${away}/image">
<script src="${away}/script"></script><iframe src="${away}/frame"></iframe><form action="${away}/form"><input name=a></form>
<object data="${away}/object"></object><style>@font-face { font-family: x; src: url(${away}/font) } body { font-family: x }</style><output></output>
<script>
const told = [];
const attempt = async (name, act) => { try { const got = await act(); told.push(name + ": " + (got ?? "nothing")) } catch (error) { told.push(name + ": refused") } };
(async () => {
  await attempt("parent", () => parent.document.title);
  await attempt("top", () => { top.location.href = "${away}/top"; });
  await attempt("cookie", () => document.cookie);
  await attempt("storage", () => { localStorage.a = 1; return localStorage.getItem("a"); });
  await attempt("opened", () => open("${away}/open"));
  await attempt("fetch", async () => (await fetch("${away}/fetch")).status);
  for (const url of ${JSON.stringify(tried)}) await attempt("own", async () => (await fetch(url)).status);
  await attempt("beacon", () => navigator.sendBeacon("${away}/beacon") && "refused or not, nothing comes");
  await attempt("events", () => new Promise((done, fail) => { const source = new EventSource("${away}/events"); source.onopen = () => done("open"); source.onerror = fail; }));
  await attempt("socket", () => new Promise((done, fail) => { const socket = new WebSocket("${away.replace("http", "ws")}/socket"); socket.onopen = () => done("open"); socket.onerror = fail; }));
  await attempt("worker", () => new Promise((done, fail) => { const worker = new Worker(URL.createObjectURL(new Blob(["fetch('${away}/worker').then(() => postMessage('got it'), () => postMessage('refused'))"]))); worker.onmessage = ({ data }) => data === "refused" ? fail() : done(data); worker.onerror = fail; }));
  const call = (Peer) => { const peer = new Peer({ iceServers: [{ urls: "stun:127.0.0.1:${stun.address().port}" }] }); peer.createDataChannel("x"); return peer.createOffer().then((offer) => peer.setLocalDescription(offer)); };
  await attempt("peer", () => call(RTCPeerConnection));
  document.forms[0].submit();
  parent.postMessage("failed " + "x".repeat(1e6) + "<img src=x onerror=alert(1)>", "https://elsewhere.example");
  document.querySelector("output").textContent = told.join("; ");
  document.body.dataset.done = "true";
})();
</script>`,
  );
  await preview(page).click();
  await expect(inside(page).locator("body[data-done]")).toBeVisible();
  await expect(inside(page).locator("output")).toHaveText(
    [
      "parent: refused",
      "top: refused",
      "cookie: refused",
      "storage: 1",
      "opened: nothing",
      "fetch: refused",
      "own: refused",
      "own: refused",
      "own: refused",
      "beacon: refused or not, nothing comes",
      "events: refused",
      "socket: refused",
      "worker: refused",
      "peer: refused",
    ].join("; "),
  );
  // It goes elsewhere by a link and by a form: it stays, and that is said.
  await inside(page)
    .locator("body")
    .evaluate((body, away) => {
      const link = body.appendChild(document.createElement("a"));
      link.href = `${away}/link`;
      link.click();
      document.forms[0]!.requestSubmit();
    }, away);
  await expect(dialog(page).getByRole("status")).toHaveText("It wanted to go elsewhere; links lead nowhere here.");
  await expect(inside(page).locator("output")).toContainText("worker: refused");
  expect(heard, "no request came from it").toEqual([]);
  expect(packets, "by no other way either").toBe(0);
  // By a script: then there is no more of it, and no request.
  await inside(page)
    .locator("body")
    .evaluate((_, away) => void (location.href = `${away}/gone`), away);
  await expect(dialog(page).getByRole("status")).toContainText("It left for another page", { timeout: 15_000 });
  await expect(frame(page)).toHaveCount(0);
  expect(heard).toEqual([]);
  await expect(dialog(page), "its words are its own").not.toContainText("xxx");
  await dialog(page).getByRole("button", { name: "Close" }).click();
  await expect(page).toHaveURL(/\/c\//);
  await chat.say("still here");
  await chat.reply.is("complete");
  spy.close();
  stun.close();
});

test("a page that loads itself again is told so", async ({ chat, page }) => {
  await written(chat, "html", "<h1>Once more</h1><script>setTimeout(() => location.reload())</script>");
  await preview(page).click();
  await expect(dialog(page).getByRole("status")).toContainText("It left for another page");
  await expect(frame(page)).toHaveCount(0);
});

test("what is still being written is shown as far as it is there", async ({ chat, page, upstream }) => {
  await chat.open();
  const question = `${FENCE}html\n<h1>Half</h1> of a <b>page</b>\n${FENCE}\n\nDone.`;
  await chat.ask("gated", question);
  await upstream.release(question, 3);
  await preview(page).click();
  await expect(inside(page).getByRole("heading", { name: "Half" })).toBeVisible();
  await expect(dialog(page).getByRole("status")).toContainText("so far");
  await dialog(page).getByRole("button", { name: "Close" }).click();
  await upstream.release(question, 9);
  await chat.reply.is("complete");
  await preview(page).click();
  await expect(inside(page).getByText("page")).toBeVisible();
  await expect(dialog(page).getByRole("status")).toBeEmpty();
});

test("a link may be a script", async ({ chat, page }) => {
  await written(chat, "html", `<a href="javascript:void document.body.append('pressed')">Press</a>`);
  await preview(page).click();
  await inside(page).getByText("Press").click();
  await expect(inside(page).getByText("pressed")).toBeVisible();
  await expect(dialog(page).getByRole("status")).toBeEmpty();
});

test("a page that never comes to an end is stopped, and Brooklet goes on", async ({ chat, page, watch }) => {
  test.slow();
  watch.expect(NETWORK);
  await written(chat, "html", "<h1>Round and round</h1><script>while (true) {}</script>");
  await preview(page).click();
  await expect(dialog(page).getByRole("status")).toHaveText("Loading…");
  await expect(dialog(page).getByRole("status")).toHaveText("This did not answer for twenty seconds, so it was stopped.", { timeout: 45_000 });
  await expect(frame(page)).toHaveCount(0);
  await page.keyboard.press("Escape");
  await chat.say("200 1 here we are");
  await chat.reply.says("here we are");
});

test("a diagram too large to draw is told so", async ({ api, chat, page }) => {
  const edges = Array.from({ length: 2_000 }, (_, n) => `  a${n}-->b${n % 7};`).join("\n");
  const { conversation } = await api.send("document", `2000 1 ${FENCE}mermaid\ngraph TD;\n${edges}\n${FENCE}`);
  await chat.open(conversation);
  await chat.reply.is("complete");
  await preview(page).click();
  await expect(dialog(page).locator("pre")).toHaveText("it has more than 500 lines between its parts");
});
