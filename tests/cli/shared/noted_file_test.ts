/** Instances whose noted configuration cannot be used: the answer says why, and what helps. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { PathInfo } from "../../../lib/ports/mod.ts";
import { run } from "../../fakes/memory_app.ts";
import { memoryServer } from "../../fakes/memory_server.ts";
import { recorder } from "../../fakes/recorder.ts";
import { worldOf } from "../../plan/world_spec.ts";

const info = (kind: PathInfo["kind"], mode: number, uid = 0): PathInfo => ({
  kind,
  mode,
  uid,
  gid: uid,
  size: 1,
});

/** Returns the lines that a command of root writes about an instance with this file noted. */
async function said(line: string, note: string | undefined, paths: Readonly<Record<string, PathInfo>>) {
  const config = note === undefined ? {} : { "user.lxops.config": note };
  const world = {
    ...worldOf({ instances: [{ name: "a", status: "Stopped", config }] }),
    paths: new Map(Object.entries(paths)),
  };
  const files = { "/pub/a.yaml": "#lxops-v1\nimage: tiny\nostype: alpine\n" };
  const { code, stderr } = await run(line.split(" "), {
    world,
    files,
    controls: () => recorder(memoryServer(world)),
  });
  assertEquals(code, 9, stderr);
  return stderr.split("\n").filter((text) => text !== "  Nothing was changed.");
}

const AROUND = info("directory", 0o755);

Deno.test("a noted file that others can change is named with its reason, and with commands that help", async () => {
  const name = "  Name the file in place of the instance: --name a /pub/a.yaml";
  for (
    const [file, around, reason, cure] of [
      [info("file", 0o666), AROUND, "everybody can write to it", "chmod o-w /pub/a.yaml"],
      [info("file", 0o644, 33), AROUND, "it belongs to user 33", "chown root /pub/a.yaml"],
      [
        info("file", 0o644),
        info("directory", 0o777),
        'everybody can replace it in "/pub"',
        "chmod o-w /pub",
      ],
      [
        info("file", 0o644),
        info("directory", 0o755, 33),
        '"/pub" belongs to user 33, who can replace it',
        "chown root /pub",
      ],
    ] as const
  ) {
    const lines = await said("plan a", "/pub/a.yaml", { "/pub": around, "/pub/a.yaml": file });
    assertStringIncludes(lines[0]!, `the file that is noted on it, "/pub/a.yaml": ${reason}`);
    assertEquals(lines.slice(1, 3), [`  To end that: ${cure}`, name]);
  }
});

Deno.test("a noted file that is away, and a missing note, are said with the ways to go on", async () => {
  assertEquals((await said("rebuild a", "/gone/a.yaml", {})).slice(0, 3), [
    'lxops: Cannot find the configuration of instance "a": the file that is noted on it, "/gone/a.yaml", does not exist',
    "  If it was moved, move it back",
    "  Name the file in place of the instance: --name a FILE",
  ]);
  const [, ...advice] = await said("delete a", undefined, {});
  assertEquals(advice.slice(0, 3), [
    "  Name the file in place of the instance: --name a FILE",
    "  To write a configuration from the instance: lxops adopt a",
    "  To delete it without its configuration, and keep its data: lxops down a",
  ]);
});

Deno.test("a plain file with the name of an instance that is no configuration stands for the instance", async () => {
  const config = { "user.lxops.config": "/c/a.yaml", "user.lxops.image": "tiny" };
  const file = info("file", 0o644);
  const known = ["#lxops-v1\nimage: tiny\nostype: alpine\n", "junk\n"] as const;
  const ran = async (content: string, name: string) => {
    const world = {
      ...worldOf({ instances: [{ name: "a", status: "Stopped", config }] }),
      paths: new Map([["/c/a", file], ["/c/b", file], ["/c/a.yaml", file]]),
    };
    const files = { "/c/a.yaml": known[0], [`/c/${name}`]: content };
    const controls = () => recorder(memoryServer(world));
    return await run(["delete", "--plan", name], { world, files, controls });
  };
  const { code, stdout, stderr } = await ran(known[1], "a");
  assertEquals(code, 10, stderr);
  assertStringIncludes(stdout, "Delete instance a");
  assertEquals((await ran(known[0], "a")).code, 10);
  assertEquals((await ran(known[1], "b")).code, 3);
});
