import { assertEquals } from "@std/assert";
import { memoryIo } from "../config/memory_io.ts";
import {
  droppedLines,
  formatLines,
  includeLines,
  includeTreeLines,
} from "../../lib/config/describe/listing.ts";
import { loadConfig } from "../../lib/config/load/load.ts";
import { buildInstance } from "../../lib/instance/build.ts";
import { deviceRows, filesystemRows, propertyRows } from "../../lib/instance/listing.ts";
import { sourceInstance } from "../../lib/instance/source_instance.ts";
import { completeOrigin } from "../../lib/instance/sources.ts";

const FILES = {
  "web.yaml": `#lxops-v1
include: [a.yaml, (x).yaml]
filesystems:
  host: {pattern: (root)/(instance), destroy: yes, transient: yes}
  log: {pattern: /srv/log/(instance)}
devices:
  home: {path: /home, filesystem: host}
  all: {path: /all, filesystem: host, dir: .}
  log: {path: /var/log, filesystem: log, dir: (instance)-log}
  abs: {path: /abs, dir: /data}
properties: {root: tank/test}
device-origin: (t)@s
origin: src/s
source-config: source.yaml
`,
  "a.yaml": "#lxops-v1\ninclude: [b.yaml]\n",
  "b.yaml": "#lxops-v1\ninclude: [a.yaml, b2.yaml]\n",
  "b2.yaml": "#lxops-v1\n",
  "source.yaml":
    "#lxops-v1\nproject: other\nfilesystems: {host: {pattern: (root)/(instance)}}\nproperties: {root: tank/src}\n",
};

async function web(t: string) {
  const io = memoryIo(FILES);
  const sets = { t };
  const loaded = await loadConfig("web.yaml", io, {});
  const source = await loadConfig("source.yaml", io, {});
  return { loaded, source, sets, instance: buildInstance(loaded, { file: "web.yaml", globals: {}, sets }) };
}

Deno.test("filesystemRows() tell keys, paths, patterns and flags", async () => {
  const { instance } = await web("t");
  assertEquals(filesystemRows(instance), [
    { filesystem: "log", path: "/srv/log/web", pattern: "/srv/log/(instance)", flags: [] },
    {
      filesystem: "host",
      path: "tank/test/web",
      pattern: "(root)/(instance)",
      flags: ["destroy", "transient"],
    },
  ]);
});

Deno.test("deviceRows() tell directories of the host and what the file says", async () => {
  const { instance } = await web("t");
  assertEquals(deviceRows(instance).map((row) => Object.values(row)), [
    ["/data", "/abs", "abs", "/data", ""],
    ["/srv/log/web/web-log", "/var/log", "log", "(instance)-log", "log"],
    ["/tank/test/web", "/all", "all", ".", "host"],
    ["/tank/test/web/home", "/home", "home", "", "host"],
  ]);
  assertEquals(deviceRows(instance, () => "/mnt").at(-1)?.source, "/mnt/home");
});

Deno.test("propertyRows() sort properties by name", async () => {
  const { instance } = await web("t");
  assertEquals(propertyRows(instance.properties).map(({ key }) => key), [
    "instance",
    "project",
    "project/",
    "project_instance",
    "root",
    "t",
  ]);
});

Deno.test("sourceInstance() lays the source out by its own configuration, with the properties of -P", async () => {
  const { instance, source, sets } = await web("template");
  const made = sourceInstance(instance, source, { globals: {}, sets });
  assertEquals(made?.name, "template");
  assertEquals(made?.filesystems.map(({ path }) => path), ["tank/src/template"]);
  assertEquals(made?.project, "other");
});

Deno.test("sourceInstance() is named by its file where no name is given", async () => {
  const { instance, source, sets } = await web("");
  assertEquals(sourceInstance(instance, source, { globals: {}, sets })?.name, "source");
});

Deno.test("completeOrigin() takes the project of the source configuration", async () => {
  const { instance, source, loaded } = await web("t");
  assertEquals(completeOrigin(instance, source), { name: "src", snapshot: "s", project: "other" });
  assertEquals(completeOrigin(instance, loaded)?.project, "default");
});

Deno.test("includeLines() lists each included file once, includeTreeLines() as a tree", async () => {
  const { loaded } = await web("t");
  assertEquals(includeLines(loaded.tree), ["a.yaml", "b.yaml", "b2.yaml"]);
  assertEquals(includeTreeLines(loaded.tree), [
    "a.yaml",
    "  b.yaml",
    "    a.yaml (includes itself; left out)",
    "    b2.yaml",
  ]);
});

Deno.test("droppedLines() says which paths are left out, and why", async () => {
  const { loaded } = await web("t");
  assertEquals(droppedLines(loaded.dropped), [
    'web.yaml:2:19 include: "(x).yaml" is left out: no property "x"',
  ]);
});

Deno.test("formatLines() lists the formats", () => {
  assertEquals(formatLines(), ["current format: #lxops-v1", "supported formats:", "#lxdops"]);
});
