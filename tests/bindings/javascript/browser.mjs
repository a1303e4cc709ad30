// The npm package in Chromium: serves a folder with it on this machine, and opens a page that goes through the corpus.
// Usage: node browser.mjs CHROMIUM PACKAGE CORPUS PAGE
import { spawn } from "node:child_process";
import { createReadStream, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join, normalize } from "node:path";

const [chromium, packageDir, corpusDir, page] = process.argv.slice(2);
const types = { js: "text/javascript", html: "text/html", wasm: "application/wasm" };
const roots = { "/gdlrt/": packageDir, "/corpus/": corpusDir };

let said;
const answered = new Promise((resolve) => (said = resolve));
const server = createServer((request, response) => {
  const path = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
  if (request.method === "POST") {
    let text = "";
    request.on("data", (piece) => (text += piece));
    request.on("end", () => (response.end(), said(text)));
    return;
  }
  const root = Object.keys(roots).find((r) => path.startsWith(r));
  const file = path === "/" ? page : root && join(roots[root], path.slice(root.length));
  if (!file || !existsSync(file)) return void response.writeHead(404).end();
  response.writeHead(200, { "content-type": types[file.split(".").pop()] ?? "application/octet-stream" });
  createReadStream(file).pipe(response);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));

const profile = mkdtempSync(join(tmpdir(), "gdlrt-browser-"));
const browser = spawn(
  chromium,
  ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", `--user-data-dir=${profile}`,
    `http://127.0.0.1:${server.address().port}/`],
  { stdio: ["ignore", "ignore", "pipe"] },
);
let log = "";
browser.stderr.on("data", (piece) => (log += piece));
const text = await Promise.race([
  answered,
  new Promise((resolve) => setTimeout(resolve, 120_000, "the page did not answer in two minutes").unref()),
  new Promise((resolve) => browser.once("exit", (code) => resolve(`the browser ended (${code})`))),
]);
const ended = new Promise((resolve) => browser.exitCode === null ? browser.once("exit", resolve) : resolve());
browser.kill();
await ended;
server.closeAllConnections();
server.close();
rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
console.log(text);
if (!/^browser: [1-9]\d* passed, 0 failed$/m.test(text)) {
  console.error(log);
  process.exitCode = 1;
}
