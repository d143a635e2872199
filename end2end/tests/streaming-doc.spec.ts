import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { foldText, textOf, type Api, type Event } from "../fixtures/api";
import { expect, test } from "../fixtures/test";
import type { Server } from "../fixtures/server";
import type { Upstream } from "../fixtures/upstream";

const DOC = readFileSync(new URL("../../docs/streaming.md", import.meta.url), "utf8");
const QUESTION = "over stones and 溪流 and 🐟 the brook runs on and on";
const WORDS = QUESTION.split(" ").length;

/** The one block of the page in this language, as it stands there. */
function block(language: string): string {
  const blocks = [...DOC.matchAll(/```(\w+)\n([\s\S]*?)```/g)].filter(([, name]) => name === language);
  expect(blocks).toHaveLength(1);
  return blocks[0][2];
}

/** Runs a program in a folder of its own, and kills the server while it follows. Gives what it printed, and what it kept in `events`. */
async function follow(
  { api, server, upstream }: { api: Api; server: Server; upstream: Upstream },
  program: (url: string, reply: string, folder: string) => string[],
): Promise<{ printed: string; stored: string; kept: string; reply: string }> {
  await upstream.madeBy("llamacpp");
  const { conversation, reply } = await api.send("gated", QUESTION);
  const folder = mkdtempSync(join(tmpdir(), "brooklet-doc-"));
  try {
    const [command, ...args] = program(server.url, reply, folder);
    const child = spawn(command, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
    let printed = "";
    child.stdout.on("data", (bytes) => (printed += bytes));
    const ended = new Promise((done) => child.on("exit", done));
    await upstream.release(QUESTION, 4);
    // The program has heard of it: what is killed is a connection in use.
    const part = join(folder, "part");
    await expect.poll(() => printed + (existsSync(part) ? readFileSync(part, "utf8") : "")).toContain("溪流");
    await server.kill();
    await server.restart();
    await upstream.askedTimes(QUESTION, 2);
    await upstream.release(QUESTION, WORDS - 4 + 1);
    expect(await ended).toBe(0);
    const stored = textOf((await api.messages(conversation)).at(-1)!);
    const file = join(folder, "events");
    return { printed, stored, kept: existsSync(file) ? readFileSync(file, "utf8") : "", reply };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("the JavaScript of the documentation survives a kill and prints each byte once", async ({ api, server, upstream }) => {
  const { printed, stored } = await follow({ api, server, upstream }, (url, reply, folder) => {
    writeFileSync(join(folder, "follow.mjs"), block("js"));
    return [process.execPath, "follow.mjs", url, reply];
  });
  expect(stored).toBe(QUESTION);
  expect(printed).toBe(QUESTION);
});

test("the curl of the documentation survives a kill and misses no event", async ({ api, server, upstream }) => {
  const { stored, kept, reply } = await follow({ api, server, upstream }, (url, reply) => {
    const lines = block("sh").replace(/^URL=\S+ REPLY=[^;]+/, `URL=${url} REPLY=${reply}`);
    expect(lines).toContain(reply);
    return ["sh", "-c", lines];
  });
  const events = [...kept.matchAll(/^data: (.*)$/gm)].map(([, json]) => JSON.parse(json) as Event);
  expect(stored).toBe(QUESTION);
  expect(foldText(events, reply)).toEqual([{ kind: "text", text: QUESTION }]);
  // Whoever asks again after the end may be told the message whole.
  expect(events.at(-1)).toMatchObject({ status: "complete" });
});
