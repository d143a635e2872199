// Says whether the binary holds the page that was just built: every compressed file of target/site, byte for byte.
// A build can succeed without it, and then the server answers 404 for the WASM.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const [binary] = process.argv.slice(2);
const site = "target/site";
const files = readdirSync(site, { recursive: true }).filter((file) => /\.(wasm|js|css)\.br$/.test(file));
for (const kind of ["wasm", "js", "css"]) {
  if (!files.some((file) => file.endsWith(`.${kind}.br`))) fail(`${site} holds no compressed .${kind}`);
}
if (!files.includes("mermaid.js.br")) fail(`${site} holds no mermaid.js`);
// The page's script names the file that loads the parts; a build without --split leaves it out.
for (const file of readdirSync(join(site, "pkg")).filter((file) => file.endsWith(".js"))) {
  for (const [, part] of readFileSync(join(site, "pkg", file), "utf8").matchAll(/"\.\/((?:__wasm_)?(?:split|chunk)[\w.]+)"/g)) {
    if (!files.includes(join("pkg", `${part}.br`))) fail(`${site}/pkg/${file} asks for ${part}, which is not there`);
  }
}
const bytes = readFileSync(binary);
for (const file of files) {
  if (!bytes.includes(readFileSync(join(site, file)))) fail(`${binary} does not hold ${file}`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
