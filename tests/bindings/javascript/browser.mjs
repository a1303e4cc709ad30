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
  { stdio: ["ignore", "ignore", "pipe"], detached: true },
);
// The browser is several processes, a group of their own: whatever ends this one ends them.
const signal = (name) => {
  try {
    process.kill(-browser.pid, name);
    return true;
  } catch {
    return false;
  }
};
process.on("exit", () => signal("SIGKILL"));
for (const name of ["SIGINT", "SIGTERM"]) process.once(name, () => process.exit(1));
let log = "";
browser.stderr.on("data", (piece) => (log += piece));
const text = await Promise.race([
  answered,
  new Promise((resolve) => setTimeout(resolve, 120_000, "the page did not answer in two minutes").unref()),
  new Promise((resolve) => browser.once("exit", (code) => resolve(`the browser ended (${code})`))),
]);
console.log(text);
if (!/^browser: [1-9]\d* passed, 0 failed$/m.test(text)) {
  console.error(log);
  process.exitCode = 1;
}

// Those of its processes that end last may still write to its folder: the group has gone when no signal reaches it any more.
// What is left of the folder then, if anything, is no fault of the package.
signal("SIGTERM");
for (let i = 0; i < 100 && signal(0); ++i) {
  if (i === 50) signal("SIGKILL");
  await new Promise((resolve) => setTimeout(resolve, 100));
}
browser.stderr.destroy();
server.closeAllConnections();
server.close();
try {
  rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
} catch (error) {
  console.error(`left behind: ${profile} (${error.code})`);
}
