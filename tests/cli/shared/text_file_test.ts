import { assertEquals, assertRejects } from "@std/assert";
import type { App } from "../../../lib/cli/command/app.ts";
import { readTextFile } from "../../../lib/cli/shared/text_file.ts";
import { ConfigError } from "../../../lib/base/errors.ts";

/** An app whose machine has one file, behind a link. */
function appWith(bytes: Uint8Array, mode = 0o640): App {
  return {
    host: {
      realPath: (path: string) => Promise.resolve(path === "link" ? "/real" : undefined),
      readBytes: () => Promise.resolve(bytes),
      lstat: () => Promise.resolve({ kind: "file", mode: 0o4000 | mode, uid: 0, gid: 0, size: bytes.length }),
    },
  } as unknown as App;
}

Deno.test("readTextFile() follows a link and keeps the permissions and a byte order mark", async () => {
  const bytes = new TextEncoder().encode("\ufeffa\r\n");
  assertEquals(await readTextFile("link", appWith(bytes)), {
    path: "/real",
    text: "\ufeffa\r\n",
    mode: 0o640,
  });
  assertEquals(await readTextFile("nothing", appWith(bytes)), undefined);
});

Deno.test("readTextFile() refuses bytes that would not be written back as they are", async () => {
  await assertRejects(
    () => readTextFile("link", appWith(Uint8Array.of(0x61, 0xe9))),
    ConfigError,
    "link: It is not text in UTF-8",
  );
});
