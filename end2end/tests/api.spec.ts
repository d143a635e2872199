import http from "node:http";
import { type Event, type Message, type Row, type Sent, foldText, textOf } from "../fixtures/api";
import { expect, test } from "../fixtures/test";

// The release binary as curl and scripts see it. No page is opened here.

const NOBODY = "01920000-0000-7000-8000-000000000000";

test("errors are JSON with a code and the status that fits it", async ({ api }) => {
  const id = "01920000-0000-7000-8000-00000000000";
  const send = { request: `${id}1`, text: "hello" };
  const cases: [string, string, unknown, Record<string, string>, number, string][] = [
    ["malformed JSON", "send_message", "{", {}, 400, "bad_request"],
    ["a field that is missing", "send_message", {}, {}, 400, "bad_request"],
    ["an id that is none", "get_conversation", { conversation: "7" }, {}, 400, "bad_request"],
    ["an unknown conversation", "get_conversation", { conversation: NOBODY }, {}, 404, "not_found"],
    ["an unknown reply", "stop_reply", { reply: NOBODY }, {}, 404, "not_found"],
    ["an unknown model", "send_message", { ...send, model: "openai/nobody" }, {}, 404, "model_not_found"],
    ["an empty message", "send_message", { ...send, text: " \n" }, {}, 422, "invalid"],
    ["another site", "send_message", send, { origin: "https://evil.example" }, 403, "forbidden"],
    ["a form of another site", "send_message", send, { "content-type": "text/plain" }, 415, "unsupported_media_type"],
    ["too much", "send_message", { ...send, text: "a".repeat(2 * 1024 * 1024) }, {}, 413, "too_large"],
  ];
  for (const [what, verb, body, headers, status, code] of cases) {
    const response = await api.post(verb, body, headers);
    expect(response.status, what).toBe(status);
    expect(response.headers.get("content-type"), what).toContain("application/json");
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect(error.code, what).toBe(code);
    expect(error.message, what).not.toBe("");
  }
  expect((await fetch(new URL("/healthz", api.url))).status, "the server goes on").toBe(200);
});

test("another Host is turned away: no DNS rebinding", async ({ server }) => {
  const status = await new Promise<number | undefined>((done, fail) => {
    const { hostname, port } = new URL(server.url);
    http
      .get({ hostname, port, path: "/", headers: { host: "evil.example" } }, (response) => {
        response.resume();
        done(response.statusCode);
      })
      .on("error", fail);
  });
  expect(status).toBe(421);
});

test("a request that is sent twice is one message", async ({ api, upstream }) => {
  const body = { request: "01920000-0000-7000-8000-000000000001", text: "only once", model: "openai/echo" };
  const [one, two] = await Promise.all([api.call("send_message", body), api.call("send_message", body)]);
  expect(two).toEqual(one);
  await upstream.answered("only once");
  const other = await api.post("send_message", { ...body, text: "something else" });
  expect(other.status).toBe(409);
  const list = await api.call<{ conversations: unknown[] }>("list_conversations", {});
  expect(list.conversations).toHaveLength(1);
});

test("a message of 200,000 characters is taken and comes back exact", async ({ api, upstream }) => {
  const text = "长🌊a ".repeat(50_000);
  const { conversation, reply } = await api.send("echo", text);
  const { events } = await api.events(`/api/replies/${reply}/events`);
  expect(events.at(-1)).toMatchObject({ type: "status", status: "complete" });
  expect(foldText(events, reply).map((part) => part.text).join("")).toBe(text);
  expect((await api.messages(conversation)).map(textOf)).toEqual([text, text]);
  expect((await upstream.asked(text)).text).toBe(text);
});

test("one reply can be followed by a program: it ends, and asked again there is nothing more", async ({ api, upstream }) => {
  const question = "200 400";
  const { reply } = await api.send("count", question);
  const stream = await api.events(`/api/replies/${reply}/events`);
  expect(stream.status).toBe(200);
  expect(stream.headers.get("content-type")).toContain("text/event-stream");
  expect(stream.headers.get("cache-control")).toBe("no-cache, no-transform");
  expect(stream.headers.get("x-accel-buffering")).toBe("no");
  const { text } = await upstream.answered(question);
  expect(foldText(stream.events, reply)).toEqual([{ kind: "text", text }]);
  const end = stream.events.at(-1)!;
  expect(end).toMatchObject({ type: "status", status: "complete", sizes: [Buffer.byteLength(text)] });

  const again = await fetch(new URL(`/api/replies/${reply}/events`, api.url), { headers: { "last-event-id": stream.id } });
  expect(again.status).toBe(204);
});

test("a stream goes on from any cursor without a gap and without a double", async ({ api, upstream }) => {
  const question = "every word of this comes exactly once";
  const { conversation, reply } = await api.send("gated", question);
  await upstream.release(question, 3);
  const path = `/api/events?conversation=${conversation}`;
  const grown = (words: string) => (event: Event) => event.type === "delta" ? words.endsWith(event.text) : JSON.stringify(event).includes(words);
  const before = await api.events(path, {}, grown("every word of "));
  await upstream.release(question, 5);
  await upstream.answered(question);
  const after = await api.events(`${path}&after=${before.id}`, {}, (event) => event.type === "status");
  expect(foldText([...before.events, ...after.events], reply)).toEqual([{ kind: "text", text: question }]);
  const deltas = after.events.filter((event) => event.type === "delta");
  expect(deltas[0].at, "nothing is sent again").toBe(Buffer.byteLength("every word of "));
});

test("a cursor that fits nothing is answered with the state, never with an error", async ({ api }) => {
  const { conversation, reply } = await api.send("echo", "here");
  const other = await api.send("echo", "there");
  // What was answered is stored a moment later.
  for (const sent of [{ conversation, reply }, other]) {
    await expect.poll(async () => (await api.message(sent.conversation, sent.reply)).status).toBe("complete");
  }
  const whole = (event: Event) => event.type === "message" && event.role === "assistant";
  const elsewhere = await api.events(`/api/events?conversation=${other.conversation}`, {}, whole);
  const ahead = elsewhere.id.replace(/^(\w+)\.\d+/, "$1.999999");
  for (const cursor of ["nonsense", "", "00000000.1.1", elsewhere.id, ahead]) {
    const stream = await api.events(`/api/events?conversation=${conversation}`, { "last-event-id": cursor }, whole);
    expect(stream.status, cursor).toBe(200);
    if (cursor) expect(stream.events.map((event) => event.type), cursor).toContain("reset");
    expect(stream.events.find(whole)!.parts[0].text, cursor).toBe("here");
  }
});

test("a reply is stopped by anybody, at any time, and twice is once", async ({ api, upstream }) => {
  const { conversation, reply } = await api.send("gated", "stop me");
  const running = await api.post("send_message", {
    request: "01920000-0000-7000-8000-000000000002",
    conversation,
    text: "too soon",
    model: "openai/echo",
  });
  expect(running.status).toBe(409);
  await upstream.release("stop me", 1);
  await api.call("stop_reply", { reply });
  await api.call("stop_reply", { reply });
  expect(await api.message(conversation, reply)).toMatchObject({ status: "stopped" });
});

test("an edit and another reply are branches, and each can be read by any of its messages", async ({ api, upstream }) => {
  const { conversation, message, reply } = await api.send("echo", "the first words");
  await upstream.answered("the first words");
  const request = "01920000-0000-7000-8000-000000000003";
  const edited = await api.call<Sent>("send_message", { request, conversation, edits: message, text: "better words", model: "openai/echo" });
  await upstream.answered("better words");
  const other = await api.call<Sent>("regenerate_reply", { reply: edited.reply, model: "openai/think" });
  await api.events(`/api/replies/${other.reply}/events`);

  const path = async (leaf?: string) => {
    const page = await api.call<{ messages: Message[] }>("get_conversation", { conversation, leaf });
    return page.messages;
  };
  const ids = (messages: Message[]) => messages.map((message) => message.id);
  expect(ids(await path())).toEqual([edited.message, other.reply]);
  expect(ids(await path(message))).toEqual([message, reply]);
  expect(ids(await path(edited.reply))).toEqual([edited.message, edited.reply]);
  const [question, answer] = await path();
  expect(question.siblings).toEqual([message, edited.message]);
  expect(answer.siblings).toEqual([edited.reply, other.reply]);
  expect(answer.parts.map((part) => typeof part.ms)).toEqual(["number", "number"]);
  const nobody = await api.post("regenerate_reply", { reply, model: "openai/nobody" });
  expect(nobody.status).toBe(404);
});

test("a conversation is unread until somebody looks, and a deletion is taken back", async ({ api, upstream }) => {
  const { conversation, reply } = await api.send("echo", "look at me");
  await upstream.answered("look at me");
  await api.events(`/api/replies/${reply}/events`);
  const row = async () => (await api.call<{ conversations: Row[] }>("list_conversations", {})).conversations[0];
  expect(await row()).toMatchObject({ conversation, unread: true });
  const { seq } = (await api.messages(conversation)).at(-1)!;
  await api.call("mark_read", { conversation, seq });
  await api.call("mark_read", { conversation, seq: 0 });
  expect((await row()).unread).toBeUndefined();

  await api.call("delete_conversation", { conversation });
  expect((await api.post("get_conversation", { conversation })).status).toBe(404);
  expect(await row()).toBeUndefined();
  const back = await api.call<Row>("undelete_conversation", { conversation });
  expect(back.title).toBe("look at me");
  expect(await row()).toEqual(back);
  expect((await api.messages(conversation)).map(textOf)).toEqual(["look at me", "look at me"]);
});

test("code gets its colours, whatever comes", async ({ api }) => {
  const code = 'fn 溪() { "a" }';
  const deep = "[".repeat(50_000);
  const line = "x = '".repeat(20_000);
  const blocks = [
    { language: "rust", code },
    { language: "no such language".repeat(1_000), code: "\0" },
    { language: "json", code: deep },
    { language: "py", code: line },
  ];
  const ask = () => api.call<{ class: string; bytes: number }[][]>("highlight_code", { blocks });
  // A slow machine may need more than one call's time to read the grammars.
  await expect.poll(async () => (await ask())[0]).not.toEqual([]);
  const spans = await ask();
  expect(spans[0][0]).toEqual({ class: "keyword", bytes: 3 });
  expect(spans[0]).toContainEqual({ class: "string", bytes: 4 });
  expect(spans[1]).toEqual([]);
  for (const [index, block] of blocks.entries()) {
    const covered = spans[index].reduce((sum, span) => sum + span.bytes, 0);
    expect(covered).toBeLessThanOrEqual(Buffer.byteLength(block.code));
  }
  const much = await api.post("highlight_code", { blocks: [{ language: "rust", code: "a".repeat(300_000) }] });
  expect(much.status).toBe(413);
});

test.describe("with titles by the model", () => {
  test.use({ titles: "model" });

  test("the first words stand at once, and the model's title when the first reply is complete", async ({ api }) => {
    const { conversation } = await api.send("echo", "how do brooks find the sea?");
    const list = () => api.call<{ conversations: Row[] }>("list_conversations", {});
    await expect.poll(async () => (await list()).conversations[0].title).toBe("On how do brooks");
    expect((await list()).conversations[0]).toMatchObject({ conversation, version: 1 });
  });
});
