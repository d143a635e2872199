import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures/test";

const PIECE = 4;
const PER_SECOND = 100;
const PARTS = 10;

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

for (const characters of [20_000, 100_000]) {
  const asked = `mixed ${characters} ${PIECE} ${PER_SECOND}`;
  const seconds = characters / PIECE / PER_SECOND;

  test(`a reply of ${characters} characters`, async ({ api, chat, page, server, watch }) => {
    await chat.open();
    await chat.choose("mixed");
    const drawn = await cost(page, seconds, async () => {
      await chat.say(asked);
      await chat.reply.is("complete");
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
    console.log(`\n| ${characters} characters | task, s | script, s | style, s | layout, s | longest task, ms | heap, MiB | wire, KiB |`);
    console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    console.log(row("Brooklet", drawn));
    console.log(row("plain text", plain));
    console.log(`times plain: ${(drawn.task / plain.task).toFixed(1)}`);
    for (const [name, { parts }] of Object.entries({ Brooklet: drawn, "plain text": plain })) {
      console.log(`ms a piece, in tenths of the time, ${name}: ${parts.map((part) => part.toFixed(2)).join(" ")}`);
    }
  });
}
