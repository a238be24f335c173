import { assertEquals } from "@std/assert";
import type { Manifest } from "../../lib/plan/export.ts";
import { planImport } from "../../lib/plan/import.ts";
import { targetsOf } from "../fakes/targets.ts";
import { worldOf } from "./world_spec.ts";

const FILE = "image: tiny\nfilesystems: {a: {pattern: /srv/(instance)}}\n";

async function notesOf(root: string | undefined, more = ""): Promise<readonly string[] | undefined> {
  const [target] = await targetsOf({ "c.yaml": `${FILE}${more}` });
  const manifest: Manifest = {
    format: 1,
    lxops: "0",
    server: "lxd 5.0.2",
    instance: "c",
    project: "default",
    snapshot: "",
    root,
    filesystems: [{ id: "a", kind: "dir", path: "/x", archive: "a.tar.gz" }],
  };
  return planImport(target!, worldOf({}), {
    resume: false,
    force: false,
    adopt: false,
    all: false,
    stopSeconds: 5,
    readySeconds: 60,
    pauseSeconds: 0,
    directory: "/out",
    manifest,
    checksums: `${"0".repeat(64)}  a.tar.gz\n`,
    overwrite: false,
  }).notes;
}

Deno.test("planImport() says where files come from a container whose root is another one on its host", async () => {
  assertEquals(await notesOf("1000000:1000000"), []);
  assertEquals(await notesOf(undefined), []);
  assertEquals(await notesOf("100000:100000", "device-owner: 100000:100000\n"), []);
  const [note] = await notesOf("100000:100000") ?? [];
  assertEquals(
    note,
    "the files come from a container whose root is 100000:100000 on its host, and here it is probably " +
      "1000000:1000000: where that is so, they will not belong to it",
  );
});
