import { assertEquals, assertRejects } from "@std/assert";
import { ConfigError, formatIssue } from "../../lib/base/errors.ts";
import { loadConfig } from "../../lib/config/load/load.ts";
import { originOf } from "../../lib/config/load/origins.ts";
import { memoryIo } from "./memory_io.ts";

const USUAL = { name: "", interval: 30, timeout: 30, retries: 3, startPeriod: 0, startInterval: 5 };

Deno.test("checks have the names and defaults of docker compose, and those of included files come first", async () => {
  const loaded = await loadConfig(
    "a.yaml",
    memoryIo({
      "a.yaml":
        "#lxops-v1\ninclude: [b.yaml]\nchecks:\n  - name: web\n    http: {path: /x}\n    interval: 1m30s\n    start-period: 500ms\n",
      "b.yaml":
        "#lxops-v1\nchecks:\n  - exec: [a, b c]\n  - {tcp: 80, retries: 1, timeout: 2s, start-interval: 1s}\n",
    }),
    {},
  );
  assertEquals(loaded.config.checks, [
    { ...USUAL, exec: ["a", "b c"] },
    { ...USUAL, tcp: 80, retries: 1, timeout: 2, startInterval: 1 },
    { ...USUAL, name: "web", http: { port: 80, path: "/x" }, interval: 90, startPeriod: 0.5 },
  ]);
  const places = [0, 1, 2].map((index) => originOf(loaded, `checks.${index}`));
  assertEquals(places.map((at) => `${at?.file}:${at?.line}`), ["b.yaml:3", "b.yaml:4", "a.yaml:4"]);
});

const WRONG: Readonly<Record<string, string>> = {
  "- {}": '2:1 checks.0: A check has one of "exec", "tcp" and "http", and this one has none of them',
  "- {tcp: 80, exec: x}":
    '3:6 checks.0: A check has one of "exec", "tcp" and "http", and this one has exec and tcp',
  "- tcp: 0": "3:5 checks.0.tcp: A port from 1 to 65535 is expected here, not 0",
  "- tcp: web": '3:5 checks.0.tcp: A whole number is expected here, not "web"',
  "- http: {port: 70000}": "3:12 checks.0.http.port: A port from 1 to 65535 is expected here, not 70000",
  '- http: {path: "/a b"}':
    "3:12 checks.0.http.path: A path of a URL is expected here, which begins with a slash and has no space",
  '- http: {path: "/a\\r\\nX: y"}':
    "3:12 checks.0.http.path: A path of a URL is expected here, which begins with a slash and has no space",
  "- http: {status: 99}": "3:12 checks.0.http.status: A status from 100 to 599 is expected here, not 99",
  "- {tcp: 1, interval: 30}":
    '3:14 checks.0.interval: A duration like "30s" or "1m30s" is expected here, not "30"',
  "- {tcp: 1, timeout: 0s}": "3:14 checks.0.timeout: The time must not be 0",
  "- {tcp: 1, start-period: 25h}": "3:14 checks.0.start-period: The longest time is 24h",
  "- {tcp: 1, retries: 0}": "3:14 checks.0.retries: A number from 1 to 1000 is expected here, not 0",
  "- exec: []": "3:5 checks.0.exec: The list has no command",
  "- exec: {a: b}": "3:5 checks.0.exec: Text or a list is expected here",
  "- web": "3:5 checks.0: A map is expected here, not text",
};

for (const [text, message] of Object.entries(WRONG)) {
  Deno.test(`a wrong check is an error at its place: ${text}`, async () => {
    const io = memoryIo({ "a.yaml": `#lxops-v1\nchecks:\n  ${text}\n` });
    const error = await assertRejects(() => loadConfig("a.yaml", io, {}), ConfigError);
    assertEquals(error.issues.map(formatIssue), [`a.yaml:${message}`]);
  });
}
