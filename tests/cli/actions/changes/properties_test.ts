/** Properties of datasets in `plan`, where the file, the record and the dataset say the same or not. */
import { assertEquals } from "@std/assert";
import { hashesOf } from "../../../../lib/plan/record/hashes.ts";
import { encodeRecord } from "../../../../lib/plan/record/record.ts";
import { run } from "../../../fakes/memory_app.ts";
import { noControls } from "../../../fakes/recorder.ts";
import { worldOf } from "../../../plan/world_spec.ts";

type Properties = Readonly<Record<string, string>>;

/** Returns the lines of a plan; `recorded` absent: the instance has no record; `unset`: default or inherited. */
async function linesOf(
  file: Properties,
  recorded: Properties | undefined,
  dataset: Properties | undefined,
  unset: readonly string[] = [],
) {
  const { stdout } = await runWith(["plan"], file, recorded, dataset, unset);
  return stdout.split("\n").filter((line) => line.startsWith("  ")).map((line) => line.trim());
}

/** Runs a command on an instance with a dataset. */
async function runWith(
  args: readonly string[],
  file: Properties,
  recorded: Properties | undefined,
  dataset: Properties | undefined,
  unset: readonly string[] = [],
) {
  const record = recorded && encodeRecord({
    lxops: "1",
    image: "tiny",
    fingerprint: "f1",
    type: "container",
    profiles: ["default", "a.lxops"],
    items: [],
    filesystems: hashesOf(
      Object.fromEntries(Object.entries(recorded).map(([key, value]) => [`data.${key}`, value])),
    ),
  });
  const world = worldOf({
    instances: [{
      name: "a",
      profiles: ["default", "a.lxops"],
      config: {
        "user.lxops.image": "tiny",
        "volatile.base_image": "f1",
        ...(record ? { "user.lxops.record": record } : {}),
      },
    }],
    profiles: [{ name: "default" }, { name: "a.lxops" }],
    images: [{ aliases: ["tiny"], fingerprint: "f1" }],
    datasets: [{ name: "tank" }, { name: "tank/a" }],
  });
  const properties = dataset && Object.fromEntries(
    Object.entries(dataset).map(([name, value]) => [name, { value, isSet: !unset.includes(name) }]),
  );
  const lines = Object.entries(file).map(([key, value]) => `      ${key}: ${value}\n`);
  return await run([...args, "a.yaml"], {
    world: { ...world, ...(properties ? { zfsProperties: new Map([["tank/a", properties]]) } : {}) },
    files: {
      "/c/a.yaml": `#lxops-v1\nimage: tiny\nfilesystems:\n  data:\n    pattern: tank/(instance)\n${
        lines.length > 0 ? "    zfsproperties:\n" : ""
      }${lines.join("")}`,
    },
    controls: noControls,
  });
}

Deno.test("a property of a dataset is compared with its value, however sizes are written", async () => {
  const file = { quota: "10M", atime: "off", "user:x": "1", reservation: "none" };
  const same = { quota: "10485760", atime: "off", "user:x": "1", reservation: "0" };
  assertEquals(await linesOf(file, file, same), []);
  assertEquals(await linesOf({ ...file, quota: "10240k" }, { ...file, quota: "10240k" }, same), []);
  assertEquals(await linesOf(file, undefined, same), []);
});

Deno.test("a property that was changed by hand, in the file or in both is distinguished from the others", async () => {
  const file = { quota: "10M" };
  const other = { quota: `${30 * 1024 * 1024}` };
  assertEquals(await linesOf(file, file, other), [
    "~ filesystem data.quota: 30M -> 10M (changed by hand)",
  ]);
  assertEquals(await linesOf({ quota: "20M" }, file, { quota: "10485760" }), [
    "~ filesystem data.quota: 10M -> 20M (changed in the file)",
  ]);
  assertEquals(await linesOf({ quota: "20M" }, file, other), [
    "~ filesystem data.quota: 30M -> 20M (changed in the file and by hand)",
  ]);
  assertEquals(await linesOf(file, undefined, other), [
    "~ filesystem data.quota: 30M -> 10M (differs; no record tells who changed it)",
  ]);
  assertEquals(await linesOf({ "user:x": "1" }, { "user:x": "1" }, {}), [
    "~ filesystem data.user:x: 1 (changed by hand)",
  ]);
});

Deno.test("a property that is new in the file, and not set on the dataset, is a change in the file", async () => {
  const [file, dataset] = [{ quota: "10M", compression: "lz4" }, { quota: "0", compression: "off" }];
  assertEquals(await linesOf(file, {}, dataset, ["quota", "compression"]), [
    "~ filesystem data.compression: lz4 (changed in the file)",
    "~ filesystem data.quota: 10M (changed in the file)",
  ]);
  assertEquals(await linesOf(file, {}, dataset, ["quota"]), [
    "~ filesystem data.compression: off -> lz4 (changed in the file and by hand)",
    "~ filesystem data.quota: 10M (changed in the file)",
  ]);
  assertEquals(await linesOf({ quota: "10M" }, { quota: "10M" }, { quota: "0" }, ["quota"]), [
    "~ filesystem data.quota: 0 -> 10M (changed by hand)",
  ]);
  const { stdout } = await runWith(["up", "--dry-run"], file, {}, dataset, ["quota", "compression"]);
  assertEquals(stdout.split("\n").filter((line) => line.startsWith("zfs set")).length, 1);
});

Deno.test("the dataset's value is not read where the file has none, and the record counts", async () => {
  assertEquals(await linesOf({}, { quota: "10M" }, {}), ["- filesystem data.quota (changed in the file)"]);
  assertEquals(await linesOf({ quota: "20M" }, { quota: "10M" }, undefined), [
    "~ filesystem data.quota: 20M (changed in the file)",
  ]);
});

Deno.test("a property that cannot be inherited is set to none when the file loses it, and others are inherited", async () => {
  const gone = async (property: string) => {
    const { stdout } = await runWith(["up", "--dry-run"], {}, { [property]: "1" }, {});
    return stdout.split("\n").filter((line) => line.startsWith("zfs "));
  };
  const none = [
    "quota",
    "refquota",
    "reservation",
    "refreservation",
    "snapshot_limit",
    "filesystem_limit",
    "userquota@1000",
  ];
  for (const property of none) {
    assertEquals(await gone(property), [`zfs set ${property}=none tank/a`]);
  }
  assertEquals(await gone("canmount"), ["zfs set canmount=on tank/a"]);
  assertEquals(await gone("atime"), ["zfs inherit atime tank/a"]);
  assertEquals(await gone("user:x"), ["zfs inherit user:x tank/a"]);
  assertEquals(await gone("casesensitivity"), []);
});
