// Measures what Brooklet promises to be: quick to start, small in memory, light on the wire. Only Node, no packages.
//
//   node scripts/sizes.mjs target/dist/brooklet
//
// Start: from exec to the first 200 of /healthz, the median of five fresh data folders. Memory: resident, at rest, after
// one page. First page: what a browser fetches for it, as served to one that takes brotli; later: what it fetches when it is
// first needed.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

const STARTS = 5;
const REST_MS = 3000;
const BUDGET = { startMs: 100, memoryMib: 25, pageBytes: 350_000 };

const [binary] = process.argv.slice(2);
const starts = [];
let memory, page;
for (let i = 0; i < STARTS; i++) {
  const server = await start();
  starts.push(server.ms);
  if (i === STARTS - 1) {
    page = await firstPage(server.port);
    await sleep(REST_MS);
    memory = residentMib(server.child.pid);
  }
  await server.stop();
}

const first = page.filter((file) => !file.later);
const total = first.reduce((sum, file) => sum + file.bytes, 0);
const rows = [
  ["", "measured", "budget"],
  ["start to /healthz, median", `${median(starts).toFixed(0)} ms`, `${BUDGET.startMs} ms`],
  ["memory at rest", `${memory.toFixed(1)} MiB`, `${BUDGET.memoryMib} MiB`],
  ["first page, WASM + JS + CSS", kb(total), kb(BUDGET.pageBytes)],
  ...first.map((file) => [`  ${basename(file.path)} (${file.encoding})`, kb(file.bytes), ""]),
  ...page.filter((file) => file.later).map((file) => [`later: ${basename(file.path)} (${file.encoding})`, kb(file.bytes), ""]),
  ["binary", `${(statSync(binary).size / 1e6).toFixed(1)} MB`, ""],
];
const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column].length)));
for (const [what, measured, budget] of rows) {
  console.log(`${what.padEnd(widths[0])}  ${measured.padStart(widths[1])}  ${budget.padStart(widths[2])}`.trimEnd());
}
console.log(`each start: ${starts.map((ms) => ms.toFixed(0)).join(", ")} ms`);

const over = [
  median(starts) > BUDGET.startMs && "start",
  memory > BUDGET.memoryMib && "memory",
  total > BUDGET.pageBytes && "first page",
].filter(Boolean);
if (over.length > 0) {
  console.error(`over budget: ${over.join(", ")}`);
  process.exit(1);
}

// A server on a free port with an empty data folder and no models to look for.
async function start() {
  const data = mkdtempSync(join(tmpdir(), "brooklet-sizes-"));
  const port = await freePort();
  const env = { PATH: process.env.PATH, HOME: data, BROOKLET_DATA_DIR: join(data, "data"), BROOKLET_LOCAL_PORTS: "off" };
  const began = process.hrtime.bigint();
  const child = spawn(binary, ["--addr", `127.0.0.1:${port}`], { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
  let exited = false;
  const exit = new Promise((done) => child.on("exit", () => done((exited = true))));
  while (!(await healthy(port))) {
    if (exited) throw new Error(`the server ended at once:\n${said}`);
    if (process.hrtime.bigint() - began > 10_000_000_000n) throw new Error(`no /healthz within 10 s:\n${said}`);
    await sleep(1);
  }
  const ms = Number(process.hrtime.bigint() - began) / 1e6;
  const stop = async () => {
    child.kill("SIGTERM");
    await exit;
    rmSync(data, { recursive: true, force: true });
  };
  return { child, port, ms, stop };
}

async function healthy(port) {
  try {
    return (await get(port, "/healthz")).status === 200;
  } catch {
    return false;
  }
}

// The page, and whatever script, WASM and style sheet it names.
async function firstPage(port) {
  const html = await get(port, "/");
  if (html.status !== 200) throw new Error(`/ answered ${html.status}`);
  const named = html.body.toString().match(/\/pkg\/[\w./-]+?\.(?:wasm|js|css)(?=["'`?)\\])/g) ?? [];
  const files = [];
  const paths = new Set(named);
  // A set goes on with what is added meanwhile: what a script imports is fetched with it.
  for (const path of paths) {
    const { status, body, encoding } = await get(port, path, "br");
    if (status !== 200) throw new Error(`${path} answered ${status}`);
    files.push({ path, bytes: body.length, encoding, later: false });
    if (path.endsWith(".js")) for (const part of await partsOf(port, path, "js")) paths.add(part);
  }
  // What a script loads only when it is needed.
  for (const script of [...paths].filter((path) => path.endsWith(".js"))) {
    for (const path of await partsOf(port, script, "wasm")) {
      if (paths.has(path)) continue;
      const { body, encoding } = await get(port, path, "br");
      files.push({ path, bytes: body.length, encoding, later: true });
    }
  }
  for (const kind of ["wasm", "js", "css"]) {
    if (!files.some((file) => file.path.endsWith(kind))) throw new Error(`the page names no .${kind} file`);
  }
  return files;
}

async function partsOf(port, script, kind) {
  const { body } = await get(port, script);
  const parts = [...body.toString().matchAll(/"\.\/((?:__wasm_)?split[\w.]+\.(js|wasm))"/g)].filter(([, , ending]) => ending === kind);
  return parts.map(([, name]) => join(dirname(script), name));
}

function get(port, path, encoding) {
  const headers = encoding ? { "accept-encoding": encoding } : {};
  return new Promise((done, fail) => {
    http
      .get({ host: "127.0.0.1", port, path, headers, agent: false }, (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("error", fail);
        response.on("end", () =>
          done({
            status: response.statusCode,
            encoding: response.headers["content-encoding"] ?? "as it is",
            body: Buffer.concat(chunks),
          }),
        );
      })
      .on("error", fail);
  });
}

function residentMib(pid) {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
  } catch {
    return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024;
  }
}

function freePort() {
  return new Promise((done) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

function kb(bytes) {
  return `${(bytes / 1000).toFixed(1)} KB`;
}

function sleep(ms) {
  return new Promise((done) => setTimeout(done, ms));
}
