import { assertEquals, assertRejects } from "@std/assert";
import { ConfigError } from "../../../lib/base/errors.ts";
import { watch } from "../../../lib/run/targets/exposed_files.ts";
import type { PathInfo } from "../../../lib/ports/mod.ts";
import { memoryHost } from "../../fakes/memory_host.ts";

const info = (kind: PathInfo["kind"], mode: number, uid = 0): PathInfo => ({
  kind,
  mode,
  uid,
  gid: uid,
  size: 1,
});

/** The warnings about one file that root, or the user, reads. */
async function warned(
  file: PathInfo,
  directory: PathInfo,
  more: { readonly isRoot?: boolean; readonly env?: Record<string, string> } = {},
): Promise<readonly string[]> {
  const { host, exposed } = watch(memoryHost({
    files: { "/c/a.yaml": "text" },
    paths: { "/c/a.yaml": file, "/c": directory },
    ...more,
  }));
  await host.readText("/c/a.yaml");
  await host.readText("/c/a.yaml");
  await host.readText("/c/gone.yaml");
  return (await exposed()).map(({ file, message, severity }) => `${file}: ${severity}: ${message}`);
}

const START = "/c/a.yaml: warning: Others can change this file, which lxops follows as root: ";
const [SAFE, AROUND] = [info("file", 0o644), info("directory", 0o755)];

Deno.test("watch() warns once of a file that others can change", async () => {
  assertEquals(await warned(info("file", 0o666), AROUND), [`${START}everybody can write to it`]);
  assertEquals(await warned(info("file", 0o644, 1000), AROUND), [`${START}it belongs to user 1000`]);
  assertEquals(await warned(SAFE, info("directory", 0o777)), [`${START}everybody can replace it in "/c"`]);
  assertEquals(await warned(SAFE, info("directory", 0o755, 33)), [
    `${START}"/c" belongs to user 33, who can replace it`,
  ]);
});

Deno.test("watch() accepts files of root, of the user who called sudo, and all where lxops is not root", async () => {
  assertEquals(await warned(SAFE, AROUND), []);
  assertEquals(await warned(SAFE, info("directory", 0o1777)), []);
  const own = [info("file", 0o664, 1000), info("directory", 0o775, 1000)] as const;
  assertEquals(await warned(...own, { env: { SUDO_UID: "1000" } }), []);
  assertEquals((await warned(...own, { env: { SUDO_UID: "1001" } })).length, 1);
  assertEquals(await warned(info("file", 0o666), AROUND, { isRoot: false }), []);
});

Deno.test("watch() refuses files that others can change, where no user has named them", async () => {
  const paths = { "/c/a.yaml": info("file", 0o666), "/c": AROUND };
  const { host, exposed } = watch(memoryHost({ files: { "/c/a.yaml": "text" }, paths }));
  await host.readText("/c/a.yaml");
  await assertRejects(() => exposed(true), ConfigError, "everybody can write to it");
});
