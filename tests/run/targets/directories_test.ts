/** Configurations of directories on the command line. */
import { assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../../../lib/base/errors.ts";
import { defaultName } from "../../../lib/instance/patterns/default_name.ts";
import type { PathInfo } from "../../../lib/ports/mod.ts";
import { configurationsIn, filesToName } from "../../../lib/run/targets/directories.ts";
import { memoryHost } from "../../fakes/memory_host.ts";

const info = (kind: PathInfo["kind"], uid = 0): PathInfo => ({ kind, mode: 0o755, uid, gid: uid, size: 0 });

/** A machine with these paths; what ends in a slash is a directory, `@` a link, and `:UID` its owner. */
function machine(...lines: readonly string[]) {
  const paths = Object.fromEntries(lines.map((line): [string, PathInfo] => {
    const [path = "", uid = "0"] = line.split(":");
    const kind = path.endsWith("/") ? "directory" : path.endsWith("@") ? "symlink" : "file";
    return [path.replace(/[/@]$/, ""), info(kind, Number(uid))];
  }));
  return memoryHost({ cwd: "/c", paths });
}

Deno.test("A directory with lxops.yaml is that container, whatever is below it", async () => {
  const host = machine("/c/", "/c/web/", "/c/web/lxops.yaml", "/c/web/data/", "/c/web/data/lxops.yaml");
  assertEquals(await configurationsIn("web", host), ["web/lxops.yaml"]);
  assertEquals(await configurationsIn("./web/", host), ["./web/lxops.yaml"]);
  assertEquals(await configurationsIn("/c/web", host), ["/c/web/lxops.yaml"]);
});

Deno.test("A parent directory means all containers below it, in the order of their paths", async () => {
  const host = machine(
    "/c/",
    "/c/web/",
    "/c/web/lxops.yaml",
    "/c/web/data/",
    "/c/web/data/lxops.yaml",
    "/c/group/",
    "/c/group/db/",
    "/c/group/db/lxops.yaml",
    "/c/notes.yaml",
  );
  assertEquals(await configurationsIn(".", host), ["group/db/lxops.yaml", "web/lxops.yaml"]);
});

Deno.test("Links, hidden directories and directories of others are not searched", async () => {
  const host = machine(
    "/c/",
    "/c/link@",
    "/c/link/lxops.yaml",
    "/c/.git/",
    "/c/.git/lxops.yaml",
    "/c/guest/:1000000",
    "/c/guest/lxops.yaml",
    "/c/given/",
    "/c/given/lxops.yaml:1000000",
    "/c/to/",
    "/c/to/lxops.yaml@",
  );
  assertEquals(await configurationsIn(".", host), []);
});

Deno.test("The owner of the named directory may have the directories below it", async () => {
  const host = machine("/c/home/:1000", "/c/home/web/:1000", "/c/home/web/lxops.yaml:1000");
  assertEquals(await configurationsIn("home", host), ["home/web/lxops.yaml"]);
});

Deno.test("A tree without end is not searched to its end", async () => {
  const one = machine("/c/deep/");
  const endless = {
    ...one,
    lstat: (path: string) => Promise.resolve(path.endsWith(".yaml") ? undefined : info("directory")),
    readDir: () => Promise.resolve(["a", "b", "c", "d"]),
  };
  await assertRejects(() => configurationsIn("deep", endless), UsageError, "too many to search");
  // Nor is a level of it.
  let read = 0;
  const names = Array.from({ length: 1000 }, (_, at) => `d${at}`);
  const wide = { ...endless, readDir: () => Promise.resolve((read++, names)) };
  await assertRejects(() => configurationsIn("deep", wide), UsageError, "too many to search");
  assertEquals(read < 100, true);
});

Deno.test("Advice for a directory without lxops.yaml names a file in it", async () => {
  const host = machine("/c/hello/", "/c/hello/hello.yaml", "/c/hello/apt.cfg");
  assertEquals(await filesToName("hello", host), ["Name a file in it: hello/hello.yaml"]);
});

Deno.test("lxops.yaml has the name of its directory, however the file is named", () => {
  assertEquals(defaultName("web/lxops.yaml", "/c"), "web");
  assertEquals(defaultName("lxops.yaml", "/c/web"), "web");
  assertEquals(defaultName("../db/lxops.yaml", "/c/web"), "db");
  assertEquals(defaultName("/c/web/lxops.yaml"), "web");
  assertEquals(defaultName("/lxops.yaml"), "lxops");
  assertEquals(defaultName("web/php.yaml", "/c"), "php");
});

Deno.test("A directory that lxops may not look at is left out of the search", async () => {
  const host = machine("/c/", "/c/proc/", "/c/web/", "/c/web/lxops.yaml");
  const closed: typeof host = {
    ...host,
    lstat: (path) =>
      path === "proc" || path.endsWith("/proc")
        ? Promise.reject(new Deno.errors.NotCapable('Requires all access to "/proc"'))
        : host.lstat(path),
  };
  assertEquals(await configurationsIn(".", closed), ["web/lxops.yaml"]);
});

Deno.test("Of several files, one is named that an instance can be made from, and no file for others", async () => {
  const files = {
    "/c/base.yaml": "#lxops-v1\nimage: tiny\nostype: alpine\n",
    "/c/compose.yaml": "services: {}\n",
    "/c/inc.yaml": "#lxops-v1\nprofiles: [default]\n",
    "/c/shop.yaml": "#lxops-v1\nimage: tiny\ninclude:\n  - base.yaml\n",
  };
  const paths = Object.fromEntries(Object.keys(files).map((path) => [path, info("file")]));
  const host = memoryHost({ cwd: "/c", paths: { "/c": info("directory"), ...paths }, files });
  assertEquals(await filesToName(".", host), ["Name a file in it: shop.yaml"]);
});
