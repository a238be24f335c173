import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { backend as incus } from "../../../backends/incus.ts";
import { backend as lxd } from "../../../backends/lxd.ts";
import { connect } from "../../../lib/adapters/daemon/daemon.ts";
import { InterruptedError, ServerError } from "../../../lib/base/errors.ts";
import type { InstanceControl, InstanceRef, InstanceServer } from "../../../lib/ports/mod.ts";
import { isWhole } from "../../support/sample.ts";
import { rejection } from "../../support/rejection.ts";
import { until } from "../../support/until.ts";
import { type Ground, inTurn, onBoth } from "../support/daemon.ts";

const never = new AbortController().signal;

interface Guest {
  readonly ref: InstanceRef;
  readonly server: InstanceServer;
  readonly control: InstanceControl;
  run(
    argv: readonly [string, ...string[]],
    stdin?: string,
  ): Promise<{ code: number; lines: readonly string[] }>;
}

/** Starts an instance of the smallest image and hands out the adapter that talks to its daemon. */
async function withGuest(ground: Ground, test: (guest: Guest) => Promise<void>): Promise<void> {
  const backend = ground.daemon.title === "Incus" ? incus : lxd;
  const host = { env: (name: string) => Deno.env.get(name) };
  const { server, control, close } = await connect(backend, {
    kind: "socket",
    path: ground.daemon.socket!,
    project: "default",
  }, host);
  const ref = { project: "default", name: ground.name() };
  try {
    const source = { type: "image", alias: "tiny" };
    await control.send({ method: "POST", path: "/1.0/instances", body: { name: ref.name, source } }, never);
    const state = `/1.0/instances/${ref.name}/state`;
    await control.send({ method: "PUT", path: state, body: { action: "start" } }, never);
    await test({
      ref,
      server,
      control,
      async run(argv, stdin) {
        const lines: string[] = [];
        const exec = { instance: ref, argv, ...(stdin === undefined ? {} : { stdin }) };
        const code = await control.exec(exec, (line) => lines.push(line), never);
        return { code, lines };
      },
    });
  } finally {
    await remove(server, control, ref);
    close();
  }
}

async function remove(server: InstanceServer, control: InstanceControl, ref: InstanceRef): Promise<void> {
  const path = `/1.0/instances/${ref.name}`;
  const status = (await server.instance(ref))?.status;
  if (status === "Running") {
    await control.send(
      { method: "PUT", path: `${path}/state`, body: { action: "stop", force: true } },
      never,
    );
  }
  if (status !== undefined) await control.send({ method: "DELETE", path }, never);
}

/** Keeps every processor busy while something runs. */
async function underLoad(action: () => Promise<void>): Promise<void> {
  const busy = Array.from(
    { length: navigator.hardwareConcurrency },
    () => new Deno.Command("/bin/sh", { args: ["-c", "while kill -0 $PPID; do :; done"] }).spawn(),
  );
  try {
    await action();
  } finally {
    for (const child of busy) child.kill("SIGKILL");
    await Promise.all(busy.map((child) => child.status));
  }
}

onBoth("failing programs lose no line while the machine is busy", [], async (ground) => {
  await withGuest(ground, async ({ run }) => {
    await underLoad(async () => {
      for (let count = 0; count < (isWhole() ? 40 : 20); count++) {
        const script = `echo first; echo problem >&2; seq 1 50; echo last ${count}; exit 3`;
        const { code, lines } = await run(["/bin/sh", "-c", script]);
        assertEquals([code, lines.length, lines.includes("problem")], [3, 53, true]);
        assertEquals(lines.filter((line) => line !== "problem").at(-1), `last ${count}`);
      }
    });
  });
});

onBoth("thirty programs at a time lose no line", [], async (ground) => {
  await withGuest(ground, async ({ run }) => {
    const results = await Promise.all(Array.from({ length: 30 }, async (_, index) => {
      const { code, lines } = await run(["/bin/sh", "-c", `seq 1 500; exit ${index}`]);
      return [code, lines.length, lines.at(-1)];
    }));
    assertEquals(results, results.map((_, index) => [index, 500, "500"]));
  });
});

inTurn("a program reads a megabyte and writes a hundred", [], async (ground) => {
  await withGuest(ground, async ({ ref, run, control }) => {
    const text = "0123456789abcde\n".repeat(65536);
    assertEquals(await run(["wc", "-c"], text), { code: 0, lines: ["1048576"] });
    assertEquals((await run(["true"], text)).code, 0);
    let size = 0;
    const script = "yes 0123456789abcde | head -c 100000000";
    const exec = { instance: ref, argv: ["/bin/sh", "-c", script] } as const;
    assertEquals(await control.exec(exec, (line) => size += line.length + 1, never), 0);
    assertEquals(size, 100_000_000);
    assert(Deno.memoryUsage().rss < 600_000_000);
  });
});

onBoth("programs end with the codes of a shell", [], async (ground) => {
  await withGuest(ground, async ({ run }) => {
    assertEquals((await run(["/bin/sh", "-c", "exit 42"])).code, 42);
    assertEquals((await run(["/bin/sh", "-c", "kill -9 $$"])).code, 137);
    assertEquals(await run(["/no/such"]), { code: 127, lines: ["/no/such: Command not found"] });
    assertEquals((await run(["/etc/hostname"])).code, 126);
  });
});

onBoth("an endless program is killed when the signal aborts", [], async (ground) => {
  await withGuest(ground, async ({ ref, run, control }) => {
    const stop = new AbortController();
    const argv = ["/bin/sh", "-c", "while :; do echo tick; usleep 1000; done"] as const;
    const running = control.exec({ instance: ref, argv }, () => {
      stop.abort(new InterruptedError("Interrupted"));
    }, stop.signal);
    const error = await rejection(running, InterruptedError);
    assertEquals(error.advice, [`"/bin/sh" in instance "${ref.name}" was killed`]);
    assertEquals((await run(["/bin/sh", "-c", "ps | grep -c '[t]ick'"])).lines, ["0"]);
  });
});

onBoth("files are written with owner and mode, and read again through links", [], async (ground) => {
  await withGuest(ground, async ({ ref, run, control, server }) => {
    const content = crypto.getRandomValues(new Uint8Array(60_000));
    const push = { instance: ref, path: "/root/a b", content, mode: 0o640, uid: 5, gid: 7 };
    await control.push(push, never);
    assertEquals((await run(["stat", "-c", "%a %u %g %s", "/root/a b"])).lines, ["640 5 7 60000"]);
    await run(["ln", "-s", "../root/a b", "/srv/link"]);
    assertEquals(await server.readFile(ref, "/srv/link"), content);
    assertEquals(await server.readFile(ref, "/root/none"), undefined);
    const error = await rejection(control.push({ ...push, path: "/none/file" }, never), ServerError);
    assertStringIncludes(error.message, `Cannot write "/none/file" in instance "${ref.name}"`);
  });
});

onBoth("the events of a program are received", [], async (ground) => {
  await withGuest(ground, async ({ ref, run, server }) => {
    const stop = new AbortController();
    const events = server.events(["lifecycle"], ref.project, stop.signal);
    let heard = false;
    const listening = (async () => {
      for await (const { metadata } of events) {
        if (metadata["action"] !== "instance-exec") continue;
        heard = true;
        stop.abort();
      }
    })();
    // Events come only after the daemon has accepted the listener.
    await until(async () => {
      await run(["true"]);
      return heard;
    });
    await listening;
  });
});

onBoth("file push gives an existing file the requested mode and owner", [], async (ground) => {
  const name = ground.name();
  await ground.write("a.yaml", "#lxops-v1\nimage: tiny\n");
  await ground.write("key", "secret\n");
  await ground.ok(["launch", "-name", name, "a.yaml"]);
  const push = (...args: string[]) => ground.ok(["file", "push", ...args]);
  const look = () => ground.inside(name, "stat -c '%a %u:%g' /root/key; cat /root/key");
  await push("-mode", "755", "key", `${name}/root/`);
  assertEquals(await look(), "755 0:0\nsecret");
  await push("-mode", "600", "-uid", "5", "key", `${name}/root/key`);
  assertEquals(await look(), "600 5:0\nsecret");
  await ground.inside(name, "ln -s ../root/key /etc/link");
  await push("-gid=7", "key", `${name}/etc/link`);
  await push("key", `${name}/root/key`);
  assertEquals(await look(), "600 5:7\nsecret");
  const directory = await ground.run(["file", "push", "key", `${name}/root`]);
  assertStringIncludes(directory.stderr, `To write a file into that directory: ${name}/root/`);
  for (const args of [["push", "key", `${name}-no/root/key`], ["pull", `${name}-no/root/key`]]) {
    const missing = await ground.run(["file", ...args]);
    assertEquals(missing.code, 7);
    assertStringIncludes(missing.stderr, `lxops: There is no instance "${name}-no"`);
  }
});
