import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { foldText, textOf, type Api, type Event } from "../fixtures/api";
import { expect, test } from "../fixtures/test";
import type { Server } from "../fixtures/server";
import type { Upstream } from "../fixtures/upstream";

const DOC = readFileSync(new URL("../../docs/streaming.md", import.meta.url), "utf8");
const HOSTING = readFileSync(new URL("../../docs/self-hosting.md", import.meta.url), "utf8");
const QUESTION = "over stones and 溪流 and 🐟 the brook runs on and on";
const WORDS = QUESTION.split(" ").length;

/** The one block of this language under this heading of a page, as it stands there. */
function block(page: string, heading: string, language: string): string {
  const section = page.split(/^#+ /m).find((section) => section.startsWith(`${heading}\n`));
  const blocks = [...(section ?? "").matchAll(/```(\w+)\n([\s\S]*?)```/g)].filter(([, name]) => name === language);
  expect(blocks, heading).toHaveLength(1);
  return blocks[0][2];
}

/** The programs of the page: what each is saved as, and run with. */
const PROGRAMS = {
  curl: { file: "follow.sh", with: "sh", text: block(DOC, "Follow a reply with curl", "sh") },
  JavaScript: { file: "follow.mjs", with: process.execPath, text: block(DOC, "Follow a reply with JavaScript", "js") },
};

interface Running {
  /** To stdout, and to stderr. */
  printed: string;
  complained: string;
  ended: Promise<number | null>;
  /** What it kept in `events`. */
  kept(): string;
}

/** Runs a program of the page in a folder of its own, for as long as `use` takes. */
async function run(name: keyof typeof PROGRAMS, url: string, reply: string, use: (running: Running) => Promise<void>) {
  const program = PROGRAMS[name];
  const folder = mkdtempSync(join(tmpdir(), "brooklet-doc-"));
  writeFileSync(join(folder, program.file), program.text);
  // A group of its own: a shell's curl ends with it.
  const child = spawn(program.with, [program.file, url, reply], { cwd: folder, stdio: ["ignore", "pipe", "pipe"], detached: true });
  try {
    const ended = new Promise<number | null>((done) => child.on("close", done));
    const kept = () => readFileSync(join(folder, "events"), "utf8");
    const running: Running = { printed: "", complained: "", ended, kept };
    child.stdout.setEncoding("utf8").on("data", (text) => (running.printed += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (running.complained += text));
    await use(running);
  } finally {
    if (child.exitCode === null) process.kill(-child.pid!, "SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Follows a reply whose server is killed in the middle, to its end; gives what is stored. */
async function survive(
  { api, server, upstream }: { api: Api; server: Server; upstream: Upstream },
  name: keyof typeof PROGRAMS,
  check: (running: Running, reply: string) => void,
): Promise<void> {
  await upstream.madeBy("llamacpp");
  const { conversation, reply } = await api.send("gated", QUESTION);
  await run(name, server.url, reply, async (running) => {
    await upstream.release(QUESTION, 4);
    // It was shown as it came, so what is killed is a connection in use.
    await expect.poll(() => running.printed).toContain("溪流");
    await server.kill();
    // Nobody answers, and it says so.
    await expect.poll(() => running.complained).not.toBe("");
    await server.restart();
    await upstream.askedTimes(QUESTION, 2);
    await upstream.release(QUESTION, WORDS - 4 + 1);
    expect(await running.ended, running.complained).toBe(0);
    expect(textOf((await api.messages(conversation)).at(-1)!)).toBe(QUESTION);
    check(running, reply);
  });
}

test("the JavaScript of the documentation survives a kill and prints each byte once", async ({ api, server, upstream }) => {
  await survive({ api, server, upstream }, "JavaScript", ({ printed }) => expect(printed).toBe(QUESTION));
});

test("the curl of the documentation survives a kill and misses no event", async ({ api, server, upstream }) => {
  await survive({ api, server, upstream }, "curl", ({ kept, complained }, reply) => {
    const events = [...kept().matchAll(/^data: (.*)$/gm)].map(([, json]) => JSON.parse(json) as Event);
    expect(foldText(events, reply)).toEqual([{ kind: "text", text: QUESTION }]);
    // Whoever asks again after the end may be told the message whole.
    expect(events.at(-1)).toMatchObject({ status: "complete" });
    expect(complained).not.toContain("No such file");
  });
});

for (const name of ["curl", "JavaScript"] as const) {
  test(`the ${name} of the documentation ends with an error and words for a reply that there is not`, async ({ server }) => {
    await run(name, server.url, "01900000-0000-7000-8000-000000000000", async (running) => {
      expect(await running.ended).toBe(1);
      expect(running.complained).toContain("404");
      expect(running.complained).toContain("there is no such message");
      expect(running.printed).toBe("");
    });
  });
}

test("the JavaScript of the documentation says how a reply ended that is not complete", async ({ api, server }) => {
  const { reply } = await api.send("cut", "hello");
  await run("JavaScript", server.url, reply, async (running) => {
    expect(await running.ended).toBe(1);
    expect(running.printed).toBe("This reply breaks");
    expect(running.complained).toMatch(/^\ninterrupted: \S+/);
  });
});

test("the requests of the documentation begin a reply", async ({ server }) => {
  const streaming = block(DOC, "Begin a reply", "sh").replace("http://127.0.0.1:3000", server.url);
  const hosting = block(HOSTING, "Is it right?", "sh").replace(/^url=\S+;/, `url=${server.url};`).replace(/^curl -N[^\n]*\n/m, "");
  for (const commands of [streaming, hosting]) {
    expect(commands).toContain(server.url);
    const sent = JSON.parse(execFileSync("sh", ["-c", commands], { encoding: "utf8" }));
    expect(Object.keys(sent).sort()).toEqual(["conversation", "message", "reply"]);
  }
});
