// Gives short names to what a WASM file imports from the script beside it. wasm-bindgen's end in 16 random digits each, twice:
// no compression can shorten these.
//
//   node shorten-imports.mjs pkg/brooklet.wasm    changes pkg/brooklet.wasm and pkg/brooklet.js
//
// A file without a script beside it (the later file) is left as it is.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const LONG = /^__wb\w+_[0-9a-f]{16}$/;
const IMPORTS = 2;

const [file] = process.argv.slice(2);
const script = file.replace(/\.wasm$/, ".js");
if (existsSync(script)) {
  const short = new Map();
  const wasm = withImports(readFileSync(file), (name) => {
    if (LONG.test(name) && !short.has(name)) short.set(name, `_${short.size.toString(36)}`);
    return short.get(name) ?? name;
  });
  const text = readFileSync(script, "utf8").replace(/\b__wb\w+_[0-9a-f]{16}\b/g, (name) => short.get(name) ?? name);
  if (short.size === 0) throw new Error(`${file} imports nothing by a long name: wasm-bindgen names things otherwise now`);
  writeFileSync(file, wasm);
  writeFileSync(script, text);
}

// The module with each import's name as `rename` gives it; everything else byte for byte.
function withImports(wasm, rename) {
  const parts = [wasm.subarray(0, 8)];
  for (let at = 8; at < wasm.length; ) {
    const begin = at;
    const id = wasm[at++];
    const [size, content] = number(wasm, at);
    at = content + size;
    parts.push(id === IMPORTS ? section(id, renamed(wasm.subarray(content, at), rename)) : wasm.subarray(begin, at));
  }
  return Buffer.concat(parts);
}

function renamed(content, rename) {
  const [count, first] = number(content, 0);
  const parts = [content.subarray(0, first)];
  for (let at = first, n = 0; n < count; n++) {
    const [module, name] = [text(content, at), text(content, text(content, at).end)];
    const kind = description(content, name.end);
    const as = Buffer.from(rename(name.text));
    parts.push(content.subarray(at, module.end), leb(as.length), as, content.subarray(name.end, kind));
    at = kind;
  }
  return Buffer.concat(parts);
}

// Where an import's description ends.
function description(content, at) {
  const kind = content[at++];
  const limits = (at) => {
    const [flags, min] = number(content, at);
    const [, after] = number(content, min);
    return flags & 1 ? number(content, after)[1] : after;
  };
  if (kind === 0) return number(content, at)[1];
  if (kind === 1) return limits(at + 1);
  if (kind === 2) return limits(at);
  if (kind === 3) return at + 2;
  throw new Error(`an import of an unknown kind: ${kind}`);
}

function section(id, content) {
  return Buffer.concat([Buffer.from([id]), leb(content.length), content]);
}

function text(bytes, at) {
  const [length, begin] = number(bytes, at);
  return { text: bytes.toString("utf8", begin, begin + length), end: begin + length };
}

// A number in LEB128, and where it ends.
function number(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return [value, at];
  }
}

function leb(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return Buffer.from([...bytes, value]);
}
