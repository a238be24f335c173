import { assertEquals } from "@std/assert";
import { LxopsError } from "../../lib/base/errors.ts";
import { maskAddresses } from "../../lib/base/mask.ts";

const SHOWN: readonly (readonly [text: string, shown: string])[] = [
  ["https://user:secret@host/a", "https://user:***@host/a"],
  ["https://user:se/cr@et@host:8443/a", "https://user:***@host:8443/a"],
  ['at "https://u:p@a" and "https://u:p@b"', 'at "https://u:***@a" and "https://u:***@b"'],
  ["https://ghp_0123@github.com/a/b", "https://***@github.com/a/b"],
  ["http://:secret@host", "http://:***@host"],
  ["https://host/a?token=abc&x=1", "https://host/a?token=***&x=1"],
  ["https://host/a?x=1&X-Amz-Signature=abc", "https://host/a?x=1&X-Amz-Signature=***"],
  [`token ${btoa('{"client_name":"web","secret":"abcdef"}')}`, "token ***"],
];

/** Texts without a password. */
const KEPT = [
  "https://host:8443/@scope/name",
  "https://registry/@scope/name",
  "ssh://root@host:22",
  "root@host",
  "https://[::1]:8443/1.0?project=web&target=node1",
  "web:/srv/data@snapshot",
  "eyJ is short",
];

Deno.test("an address is shown without its password or token", () => {
  for (const [text, shown] of SHOWN) assertEquals(maskAddresses(text), shown);
  for (const text of KEPT) assertEquals(maskAddresses(text), text);
});

Deno.test("an error has no password of an address in its message and advice", () => {
  const error = new LxopsError("Cannot reach https://u:secret@host", ["Try: curl https://u:secret@host"]);
  assertEquals([error.message, ...error.advice], [
    "Cannot reach https://u:***@host",
    "Try: curl https://u:***@host",
  ]);
});
