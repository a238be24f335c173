import { assertEquals, assertThrows } from "@std/assert";
import { StateError } from "../../../lib/base/errors.ts";
import type { Manifest } from "../../../lib/plan/data/export.ts";
import { planImport } from "../../../lib/plan/data/import.ts";
import { targetsOf } from "../../support/targets.ts";
import { worldOf, type WorldSpec } from "../world_spec.ts";

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
    filesystems: [{ id: "a", kind: "directory", path: "/x", archive: "a.tar.gz" }],
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

Deno.test("planImport() continues a run that was interrupted between the renames of two filesystems", async () => {
  const filesystems =
    'filesystems: {a: {pattern: /srv/(instance)}, b: {pattern: "volume:default/(instance)"}}';
  const [target] = await targetsOf({ "c.yaml": `image: tiny\n${filesystems}\n` });
  const manifest: Manifest = {
    format: 1,
    lxops: "0",
    server: "lxd 5.0.2",
    instance: "c",
    project: "default",
    snapshot: "",
    filesystems: [
      { id: "a", kind: "directory", path: "/x", archive: "a.tar.gz" },
      { id: "b", kind: "volume", path: "volume:default/x", archive: "b.tar.gz" },
    ],
  };
  const planned = (spec: WorldSpec) =>
    planImport(target!, worldOf(spec), {
      resume: false,
      force: false,
      adopt: false,
      all: false,
      stopSeconds: 5,
      readySeconds: 60,
      pauseSeconds: 0,
      directory: "/out",
      manifest,
      overwrite: false,
    }).steps.map(({ title }) => title).filter((title) => !title.startsWith("Read through"));
  const there: WorldSpec = { paths: { "/srv/c": "directory" } };
  assertThrows(() => planned(there), StateError, '"/srv/c" exists');
  assertEquals(planned({ ...there, volumes: [{ name: "c.partial" }] }), [
    "Delete the unfinished volume:default/c.partial",
    "Create volume:default/c.partial from b.tar.gz",
    "Mark volume:default/c.partial as made by lxops",
    "Rename the volume to volume:default/c",
    "Mark volume:default/c as imported",
  ]);
  const marked = { name: "c", config: { "user.lxops.config": "/c/c.yaml", "user.lxops.import": "true" } };
  assertEquals(planned({ ...there, volumes: [marked] }), ["Mark volume:default/c as imported"]);
});
