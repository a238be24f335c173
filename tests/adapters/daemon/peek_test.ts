import { assertEquals } from "@std/assert";
import type { Peek } from "../../../lib/ports/peek.ts";
import { fakeDaemon, operation, refused, type Reply } from "../../fakes/fake_daemon.ts";
import { BINARY, endStream, execRules } from "../../fakes/fake_exec.ts";

const FILES = "/1.0/instances/c1/files";
const stopped = { project: "p 1", name: "c1", status: "Stopped" };

/** Reads a file of a stopped instance. */
async function peek(
  rules: { readonly head?: Reply; readonly get?: Reply | Reply[] },
  seconds = 5,
): Promise<{ readonly seen: Peek; readonly methods: readonly string[] }> {
  await using daemon = await fakeDaemon({
    [`HEAD ${FILES}`]: rules.head ?? { text: "", status: 200 },
    [`GET ${FILES}`]: rules.get ?? refused(404, "not found"),
  });
  const { server } = await daemon.connect();
  const seen = await server.readSmall(stopped, "/etc/passwd", seconds);
  return { seen, methods: daemon.seen.map(({ method }) => method) };
}

const file = (type: string, text = ""): Reply => ({ text, headers: { "X-LXD-type": type } });

Deno.test("readSmall() tells a file that does not exist from an empty one", async () => {
  assertEquals((await peek({})).seen, { text: "", absent: true });
  assertEquals((await peek({ get: file("file") })).seen, { text: "" });
  assertEquals((await peek({ get: file("file", "x\n") })).seen, { text: "x\n" });
});

Deno.test("readSmall() tells a link that leads nowhere from a file that does not exist", async () => {
  const link = file("symlink", "gone");
  assertEquals((await peek({ get: [link, refused(404, "not found"), link] })).seen, {
    text: "",
    strange: "it is a symbolic link to a file that does not exist",
  });
});

Deno.test("readSmall() distinguishes a path that is no file from one that could not be read", async () => {
  const { seen } = await peek({ get: file("directory") });
  assertEquals([seen.unread, seen.strange], [
    false,
    '"/etc/passwd" in instance "c1" is a directory, not a file',
  ]);
  const failed = await peek({ get: refused(500, "no helper") });
  assertEquals([failed.seen.unread, failed.seen.text], [true, ""]);
  const denied = await peek({ get: refused(400, "not running") });
  assertEquals([denied.seen.unread, denied.seen.text], [false, ""]);
  const late = await peek({ get: async () => await new Promise(() => {}) }, 0.05);
  assertEquals([late.seen.unread, late.seen.text], [true, ""]);
});

Deno.test("readSmall() asks no second time where the daemon cannot read files of the instance", async () => {
  const { seen, methods } = await peek({ head: { text: "", status: 500 } });
  assertEquals([seen.unread, methods], [true, ["HEAD"]]);
});

const running = { project: "default", name: "c1" };

for (
  const [what, said, code, expected] of [
    ["the text of both", "lxops\ngroup\n", 0, [{ text: "passwd\n" }, { text: "group\n" }]],
    ["nothing where one of them is no file", "", 41, undefined],
    ["nothing where the shell says something else first", "noise\nlxops\ngroup\n", 0, undefined],
    ["nothing where one is too large", `lxops\n${"x".repeat(4 * 1024 * 1024 + 1)}`, 0, undefined],
  ] as const
) {
  Deno.test(`readBoth() asks one program for two files, and returns ${what}`, async () => {
    await using daemon = await fakeDaemon(execRules({
      async stdout(wire) {
        await wire.frame(BINARY, "passwd\n");
        await endStream(wire);
      },
      async stderr(wire) {
        for (let at = 0; at < said.length; at += 30_000) {
          await wire.frame(BINARY, said.slice(at, at + 30_000)).catch(() => {});
        }
        await endStream(wire).catch(() => {});
      },
      wait: operation(200, { metadata: { return: code } }),
    }));
    const { server } = await daemon.connect();
    assertEquals(await server.readBoth(running, ["/etc/passwd", "/etc/group"], 5), expected);
    assertEquals(daemon.asked().filter((one) => one.startsWith("POST")).length, 1);
  });
}

Deno.test("readBoth() says of both files that they were not read in time", async () => {
  await using daemon = await fakeDaemon(execRules({ wait: async () => await new Promise(() => {}) }));
  const { server } = await daemon.connect();
  const strange = "the instance's shell did not tell within 0.05 s";
  const unread = { text: "", strange, unread: true };
  assertEquals(await server.readBoth(running, ["/etc/passwd", "/etc/group"], 0.05), [unread, unread]);
});

for (
  const [what, code, said, expected] of [
    ["what the script prints", 0, "facts\n", { text: "facts\n" }],
    ["why an instance without a shell tells nothing", 127, "", { problem: "the instance has no /bin/sh" }],
    ["no answer that is too large", 0, "x".repeat(101), {
      problem: "the instance's shell told more than 100 bytes",
    }],
  ] as const
) {
  Deno.test(`look() sends a script over standard input, and returns ${what}`, async () => {
    await using daemon = await fakeDaemon(execRules({
      async stdout(wire) {
        await wire.frame(BINARY, said).catch(() => {});
        await endStream(wire).catch(() => {});
      },
      wait: operation(200, { metadata: { return: code } }),
    }));
    const { server } = await daemon.connect();
    assertEquals(await server.look(running, "echo hunter2", { seconds: 5, bytes: 100 }), expected);
    assertEquals(daemon.asked().some((one) => one.includes("hunter2")), false);
  });
}

Deno.test("look() starts the shell before the script is known, and passes its output on while it comes", async () => {
  const script = Promise.withResolvers<string>();
  const said = Promise.withResolvers<void>();
  const input: string[] = [];
  await using daemon = await fakeDaemon(execRules({
    onStdin: ({ payload }) => void input.push(new TextDecoder().decode(payload)),
    async stdout(wire) {
      script.resolve("echo hunter2\n");
      await wire.frame(BINARY, "first\n");
      await said.promise;
      await wire.frame(BINARY, "last\n");
      await endStream(wire);
    },
  }));
  const { server } = await daemon.connect();
  const seen = await server.look(running, script.promise, { seconds: 5, bytes: 100 }, () => said.resolve());
  assertEquals(seen, { text: "first\nlast\n" });
  assertEquals(input.join(""), "echo hunter2\n");
});

Deno.test("look() says that the instance did not tell in time", async () => {
  await using daemon = await fakeDaemon(execRules({ wait: async () => await new Promise(() => {}) }));
  const { server } = await daemon.connect();
  const problem = "the instance's shell did not tell within 0.05 s";
  assertEquals(await server.look(running, ":", { seconds: 0.05, bytes: 100 }), { problem });
});
