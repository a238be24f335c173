import { assertEquals, assertStringIncludes } from "@std/assert";
import { run, type RunOptions } from "../../fakes/memory_app.ts";
import { memoryServer } from "../../fakes/memory_server.ts";
import { recorder } from "../../fakes/recorder.ts";
import { worldOf } from "../../plan/world_spec.ts";

const NETWORKS = { br0: { managed: true, type: "\x9bbridge" } };

async function ran(args: readonly string[], more: Partial<RunOptions> = {}) {
  const world = worldOf({ instances: [{ name: "a" }], journals: { a: "journal" }, networks: NETWORKS });
  const controls = recorder(memoryServer(world));
  const outcome = await run(args, { world, controls: () => controls, files: { "/c/f": "hello" }, ...more });
  return { ...outcome, effects: controls.effects };
}

Deno.test("file push writes a file of the host, or its input, with mode and owner", async () => {
  const instance = { project: "default", name: "a" };
  const push = { kind: "push", instance, path: "/etc/x", mode: 0o644, uid: 0, gid: 0 } as const;
  const bytes = (text: string) => new TextEncoder().encode(text);
  assertEquals((await ran(["file", "push", "f", "a/etc/x"])).effects, [{ ...push, content: bytes("hello") }]);
  const { effects } = await ran(["file", "push", "-mode=4755", "-uid=1", "-gid=2", "-", "a/etc/x"], {
    stdin: "in",
  });
  assertEquals(effects, [{
    ...push,
    content: bytes("in"),
    mode: 0o4755,
    uid: 1,
    gid: 2,
    set: ["mode", "uid", "gid"],
  }]);
  const only = await ran(["file", "push", "-gid=0", "f", "a/etc/x"]);
  assertEquals(only.effects, [{ ...push, content: bytes("hello"), set: ["gid"] }]);
  const named = await ran(["file", "push", "./f", "a/etc/"]);
  assertEquals(named.effects, [{ ...push, path: "/etc/f", content: bytes("hello") }]);
});

const WRONG: readonly [readonly string[], string][] = [
  [["file", "push", "-mode", "u+x", "f", "a/x"], '--mode needs octal digits, not "u+x"'],
  [["file", "push", "-mode=", "f", "a/x"], '--mode needs octal digits, not ""'],
  [["file", "push", "-mode", "888", "f", "a/x"], '--mode needs octal digits, not "888"'],
  [["file", "push", "-gid", "1.5", "f", "a/x"], '--uid and --gid need whole numbers, not "1.5"'],
  [["file", "push", "gone", "a/x"], 'There is no file "gone"'],
  [["file", "push", "f", "/x"], '"/x" is not of the form NAME/PATH: the path begins at the instance\'s root'],
  [["file", "pull", "a"], '"a" is not of the form NAME/PATH: the path begins at the instance\'s root'],
  [["file", "push", "-", "a/x/"], '"a/x/" is a directory, and "-" has no file name: add one to the path'],
  [
    ["file", "push", "..", "a/x/"],
    '"a/x/" is a directory, and ".." has no file name: add one to the path',
  ],
  [["query", "/2.0/x"], 'Invalid API path "/2.0/x": it must start with /1.0'],
  [["query", "-X", "HEAD", "/1.0"], '-X takes GET, POST, PUT, PATCH or DELETE, not "HEAD"'],
  [["query", "-X", "PUT", "-d", "-", "/1.0"], "-d - needs input that is not a terminal"],
];

for (const [args, message] of WRONG) {
  Deno.test(`errors are reported, and nothing is done: ${args.join(" ")}`, async () => {
    const { code, stderr, effects } = await ran(args);
    assertEquals([code, stderr, effects], [2, `lxops: ${message}\n`, []]);
  });
}

Deno.test("file pull prints a file of an instance, and fails where there is none", async () => {
  assertEquals((await ran(["file", "pull", "a/var/lib/lxops/journal"])).stdout, "journal");
  const { code, stdout, stderr } = await ran(["file", "pull", "a/gone"]);
  assertEquals([code, stdout, stderr], [7, "", 'lxops: There is no file "/gone" in instance "a"\n']);
});

Deno.test("query prints what the daemon knows as JSON that is harmless to a terminal", async () => {
  const { code, stdout } = await ran(["query", "/1.0/networks/br0"]);
  assertEquals([code, JSON.parse(stdout)], [0, { ...NETWORKS.br0, config: {} }]);
  assertStringIncludes(stdout, '"\\u009bbridge"');
});

Deno.test("query fails where there is nothing", async () => {
  const { code, stdout, stderr } = await ran(["query", "/1.0/gone"]);
  assertEquals([code, stdout, stderr], [7, "", "lxops: There is no /1.0/gone\n"]);
});

Deno.test("query sends a request with a body from the command line or from its input", async () => {
  const send = { kind: "send", method: "PUT", path: "/1.0/x", body: { a: [1] } } as const;
  assertEquals((await ran(["query", "-X", "put", "-d", '{"a":[1]}', "/1.0/x"])).effects, [send]);
  assertEquals(
    (await ran(["query", "--request=PUT", "--data=-", "/1.0/x"], { stdin: '{"a":[1]}' })).effects,
    [send],
  );
  assertEquals((await ran(["query", "-X", "DELETE", "/1.0/x"])).effects, [
    { kind: "send", method: "DELETE", path: "/1.0/x" },
  ]);
});

Deno.test("query says what is wrong with a body", async () => {
  const { code, stderr, effects } = await ran(["query", "-X", "PUT", "-d", "{", "/1.0/x"]);
  assertEquals([code, effects], [2, []]);
  assertStringIncludes(stderr, "lxops: -d is not JSON: ");
});
