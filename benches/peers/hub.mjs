// Node's http as people start with it: `node hub.mjs <port>`. What is posted goes to everybody who listens.
import { createServer } from "node:http";

const listeners = new Set();
createServer(async (request, response) => {
  if (request.method === "GET") {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
    response.flushHeaders();
    listeners.add(response);
    return request.on("close", () => listeners.delete(response));
  }
  let body = "";
  for await (const piece of request) body += piece;
  for (const listener of listeners) listener.write(`data: ${body}\n\n`);
  response.end();
}).listen(process.argv[2], "127.0.0.1");
