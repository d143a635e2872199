import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures/test";

const PER_SECOND = 100;
const PARTS = 10;
/** As many times slower is the processor when a page's first seconds are measured, and so often it is opened. */
const SLOWER = 4;
const OPENED = 5;

interface Cost {
  /** Seconds of the page's main thread, and how many of them went where. */
  task: number;
  script: number;
  style: number;
  layout: number;
  /** Milliseconds of the longest task; 0 where none took 50 ms, which is when a browser calls one long. */
  longest: number;
  /** Of the JavaScript heap with the WASM's memory, in MiB, at the end. */
  memory: number;
  /** KiB that came over the wire. */
  wire: number;
  /** Milliseconds of the main thread for a piece, in each tenth of the time. */
  parts: number[];
}

/** What the page's main thread does while `play` runs, which takes about so many seconds. */
async function cost(page: Page, seconds: number, play: () => Promise<void>): Promise<Cost> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable");
  await cdp.send("Network.enable");
  let bytes = 0;
  cdp.on("Network.dataReceived", ({ encodedDataLength, dataLength }) => (bytes += encodedDataLength || dataLength));
  await page.evaluate(() => {
    const seen = { longest: 0 };
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.longest = Math.max(seen.longest, duration);
    }).observe({ type: "longtask" });
  });
  const read = async () => {
    const { metrics } = await cdp.send("Performance.getMetrics");
    return (name: string) => metrics.find((metric) => metric.name === name)!.value;
  };
  const before = await read();
  const tasks = [before("TaskDuration")];
  const sampling = (async () => {
    for (let part = 0; part < PARTS; part++) {
      await new Promise((resolve) => setTimeout(resolve, (seconds / PARTS) * 1000));
      tasks.push((await read())("TaskDuration"));
    }
  })();
  await play();
  await sampling;
  const after = await read();
  const spent = (name: string) => after(name) - before(name);
  const longest = await page.evaluate(() => (window as unknown as { seen: { longest: number } }).seen.longest);
  const memory = await page.evaluate(() => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize);
  await cdp.detach();
  const pieces = (seconds / PARTS) * PER_SECOND;
  return {
    task: spent("TaskDuration"),
    script: spent("ScriptDuration"),
    style: spent("RecalcStyleDuration"),
    layout: spent("LayoutDuration"),
    longest,
    memory: memory / 1024 / 1024,
    wire: bytes / 1024,
    parts: tasks.slice(1).map((task, index) => ((task - tasks[index]!) * 1000) / pieces),
  };
}

const row = (name: string, { task, script, style, layout, longest, memory, wire }: Cost) =>
  `| ${name} | ${[task, script, style, layout].map((seconds) => seconds.toFixed(2)).join(" | ")} | ${longest ? Math.round(longest) : "< 50"} | ${memory.toFixed(1)} | ${Math.round(wire)} |`;

for (const [characters, piece] of [[20_000, 4], [100_000, 4], [1_000_000, 400]] as const) {
  const asked = `mixed ${characters} ${piece} ${PER_SECOND}`;
  const seconds = characters / piece / PER_SECOND;

  test(`a reply of ${characters} characters`, async ({ api, chat, page, server, watch }) => {
    await chat.open();
    await chat.choose("mixed");
    const drawn = await cost(page, seconds, async () => {
      await chat.say(asked);
      // By an observer: whoever looks again and again is measured as well, and in a long page looks for seconds.
      await page.evaluate(
        () =>
          new Promise<void>((resolve) => {
            const ended = (_: unknown, observer: MutationObserver) => {
              if (!document.querySelector('article[data-role="assistant"][data-status="complete"]')) return;
              observer.disconnect();
              resolve();
            };
            new MutationObserver(ended).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-status"] });
          }),
      );
    });
    expect((await chat.reply.article.textContent())!.length).toBeGreaterThan(characters / 2);

    // The same events, appended to one element and drawn as nothing but text. This page names no icon.
    watch.expect(/favicon/);
    await page.goto(`${server.url}/healthz`);
    const { conversation } = await api.send("mixed", asked);
    const plain = await cost(page, seconds, () =>
      page.evaluate(
        (conversation) =>
          new Promise<void>((resolve) => {
            const text = document.body.appendChild(document.createElement("pre"));
            const source = new EventSource(`/api/events?conversation=${conversation}`);
            source.onmessage = ({ data }) => {
              const event = JSON.parse(data as string) as { type: string; text?: string; status?: string };
              if (event.type === "delta") text.append(event.text!);
              if (event.type === "status" && event.status === "complete") {
                source.close();
                resolve();
              }
            };
          }),
        conversation,
      ),
    );
    console.log(`\n| ${characters} characters by ${piece} | task, s | script, s | style, s | layout, s | longest task, ms | heap, MiB | wire, KiB |`);
    console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    console.log(row("Brooklet", drawn));
    console.log(row("plain text", plain));
    console.log(`times plain: ${(drawn.task / plain.task).toFixed(1)}`);
    for (const [name, { parts }] of Object.entries({ Brooklet: drawn, "plain text": plain })) {
      console.log(`ms a piece, in tenths of the time, ${name}: ${parts.map((part) => part.toFixed(2)).join(" ")}`);
    }
  });
}

test("the first seconds of a page on a slow processor", async ({ api, chat, page }) => {
  const { conversation } = await api.send("mixed", `mixed 20000 400 ${PER_SECOND}`);
  await expect.poll(async () => (await api.messages(conversation)).at(-1)?.status).toBe("complete");
  const cdp = await page.context().newCDPSession(page);
  await page.addInitScript(() => {
    const awake = (_: unknown, observer: MutationObserver) => {
      if (!document.querySelector("[data-ready]")) return;
      performance.mark("awake");
      observer.disconnect();
    };
    new MutationObserver(awake).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-ready"] });
  });
  const rows: number[][] = [];
  for (const rate of [1, SLOWER]) {
    await cdp.send("Emulation.setCPUThrottlingRate", { rate });
    const times: number[][] = [];
    for (let time = 0; time < OPENED; time++) {
      await cdp.send("Network.clearBrowserCache");
      await page.goto(`/c/${conversation}`);
      await chat.ready();
      times.push(
        await page.evaluate(async () => {
          const [paint, awake] = ["first-contentful-paint", "awake"].map((name) => performance.getEntriesByName(name)[0]!.startTime);
          // A key, from the press to the frame that shows what it did.
          const field = document.querySelector<HTMLTextAreaElement>(".composer-text")!;
          field.focus();
          const pressed = performance.now();
          document.execCommand("insertText", false, "a");
          await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
          return [paint!, awake!, performance.now() - pressed];
        }),
      );
    }
    const median = (column: number) => times.map((row) => row[column]!).sort((a, b) => a - b)[Math.floor(OPENED / 2)]!;
    rows.push([rate, ...[0, 1, 2].map(median)]);
  }
  console.log("\n| processor | first paint, ms | awake, ms | a key, ms |\n| --- | ---: | ---: | ---: |");
  for (const [rate, ...times] of rows) console.log(`| ${rate} times slower | ${times.map((ms) => Math.round(ms!)).join(" | ")} |`);
});
