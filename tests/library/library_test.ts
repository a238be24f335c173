/** The library with a daemon that nothing in `lib` knows, behind a real socket. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  type CallEvent,
  ConfigError,
  incus,
  InterruptedError,
  launch,
  open,
  plan,
  Pool,
  ServerError,
  UsageError,
} from "../../lib/mod.ts";
import { fromFileUrl } from "@std/path";
import { rejection } from "../support/rejection.ts";
import { servedDaemon } from "./served_daemon.ts";

const WEB = "#lxops-v1\nimage: warm\nostype: alpine\n";

Deno.test("a third kind of daemon is data: a launch finds its socket and makes an instance there", async () => {
  await using daemon = await servedDaemon();
  const { backend, directory, asked } = daemon;
  const file = `${directory}/web.yaml`;
  await Deno.writeTextFile(file, WEB);
  const events: CallEvent[] = [];
  const client = open({ backend });
  const planned = await plan(client, "launch", file, { name: "web1" });
  assertStringIncludes(planned.script, "lxops-moon");
  const changes = planned.instances.flatMap((one) => one.changes.map(({ what }) => what));
  assertEquals(changes.slice(0, 3), [
    "Create profile web1.lxops",
    "Create instance web1 from warm",
    "Start instance web1",
  ]);
  assertEquals(asked.filter((one) => !one.startsWith("GET ")), [], "a plan changes nothing");

  const launched = await launch(client, file, {
    name: "web1",
    onEvent: (event) => void events.push(event),
  });
  assertEquals(launched, [{ name: "web1", project: "default", file, address: "192.0.2.1" }]);
  const done = events.flatMap((event) => event.kind === "step-done" ? [event.title] : []);
  assertEquals(done.filter((title) => changes.includes(title)), changes, "the plan is what was carried out");
  assert(asked.some((one) => one.startsWith("POST /1.0/instances")), asked.join("\n"));
  const locks = (method: string) => asked.filter((one) => one.startsWith(`${method} /1.0/profiles`)).length;
  assertEquals([locks("POST"), locks("DELETE")], [2, 1], "the own profile stays, and the lock is given up");
});

Deno.test("the name of a third daemon is in its errors, and its variable leads to its socket", async () => {
  await using daemon = await servedDaemon();
  const { backend, directory } = daemon;
  const file = `${directory}/web.yaml`;
  await Deno.writeTextFile(file, WEB);
  const elsewhere = { ...backend, sockets: ["/nonexistent/moon.socket"] };
  const error = await rejection(plan(open({ backend: elsewhere }), "launch", file), ServerError);
  assertStringIncludes(error.message, 'No socket of Moon found; looked at "/nonexistent/moon.socket"');
  const { instances } = await plan(
    open({ backend: elsewhere, socket: `${directory}/moon.socket` }),
    "launch",
    file,
    { name: "web1" },
  );
  assertEquals(instances.map(({ name }) => name), ["web1"]);
});

Deno.test("errors in files and options have their class, before anything changes", async () => {
  await using daemon = await servedDaemon();
  const { backend, directory, asked } = daemon;
  const file = `${directory}/web.yaml`;
  await Deno.writeTextFile(file, "#lxops-v1\nimage: warm\nostype: alpine\ndevices: 3\n");
  const client = open({ backend });
  const wrong = await rejection(launch(client, file), ConfigError);
  assertEquals(wrong.issues.map(({ line, key }) => [line, key]), [[4, "devices"]]);
  await Deno.writeTextFile(file, WEB);
  for (const timeout of [-1, NaN, "5" as unknown as number]) {
    const error = await rejection(launch(client, file, { timeout }), UsageError);
    assertStringIncludes(error.message, 'The option "timeout" cannot be');
  }
  await rejection(launch(client, file, { P: { "a=b": "c" } }), UsageError);
  assertEquals(asked.filter((one) => !one.startsWith("GET ") && !one.includes("/profiles")), []);
});

Deno.test("a signal ends a call at once where nothing was changed", async () => {
  await using daemon = await servedDaemon();
  const { backend, directory, asked } = daemon;
  const file = `${directory}/web.yaml`;
  await Deno.writeTextFile(file, WEB);
  const client = open({ backend });
  const reason = new Error("no longer wanted");
  const before = await rejection(
    launch(client, file, { signal: AbortSignal.abort(reason) }),
    InterruptedError,
  );
  assertEquals([before.cause, asked.length], [reason, 0]);

  daemon.hang();
  const begun = performance.now();
  await rejection(launch(client, file, { noLock: true, signal: AbortSignal.timeout(200) }), InterruptedError);
  assert(performance.now() - begun < 3000, "the daemon was waited for");
});

Deno.test("a call that is aborted at any moment leaves no lock", async () => {
  await using daemon = await servedDaemon();
  const { backend, directory, asked, locks } = daemon;
  const file = `${directory}/web.yaml`;
  await Deno.writeTextFile(file, WEB);
  const client = open({ backend });
  // Modules are loaded.
  await plan(client, "launch", file);
  daemon.slowDown(30);
  // One call alone tells how long the machine takes now; all of them together take longer.
  const begun = performance.now();
  await launch(client, file, { name: "whole" }).catch(() => {});
  const pause = (performance.now() - begun) / 8;
  const calls = Array.from({ length: 24 }, async (_, at) => {
    const signal = AbortSignal.timeout(at * pause);
    await launch(client, file, { name: `web${at}`, signal }).catch(() => {});
  });
  await Promise.all(calls);
  // Abandoned work comes to its end: nothing was asked for a while, and the locks are gone. A busy machine takes longer.
  const deadline = performance.now() + 30_000;
  for (let before = -1; before !== asked.length || locks.size > 0 && performance.now() < deadline;) {
    before = asked.length;
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  assert(asked.some((one) => one.startsWith("POST /1.0/profiles")), "no call came to its lock");
  await isEmpty(locks);
});

/** Waits until there is no lock. */
async function isEmpty(locks: ReadonlySet<string>): Promise<void> {
  for (const end = performance.now() + 20_000; locks.size > 0 && performance.now() < end;) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assertEquals([...locks], []);
}

Deno.test("a lock that the daemon fails to delete is deleted later, while the process continues", async () => {
  await using daemon = await servedDaemon();
  const { backend, directory, locks } = daemon;
  const file = `${directory}/web.yaml`;
  await Deno.writeTextFile(file, WEB);
  daemon.keep(2);
  await launch(open({ backend }), file, { name: "web1" });
  assertEquals(locks.size, 1);
  await isEmpty(locks);
});

Deno.test("plan() refuses another command, and calls refuse options that there are not", async () => {
  const client = open({ backend: incus });
  const command = "lunch" as "launch";
  const wrong = await rejection(plan(client, command, "web.yaml"), UsageError);
  assertEquals(wrong.message, 'plan() plans launch, rebuild, destroy, not "lunch"');
  const options = { undoOnFailed: true } as object;
  const unknown = await rejection(launch(client, "web.yaml", options), UsageError);
  assertStringIncludes(unknown.message, 'There is no option "undoOnFailed"; did you mean "undoOnFailure"?');
  const pool = await rejection(new Pool(client, "p").acquire({ onwer: "me" } as object), UsageError);
  assertStringIncludes(pool.message, '"onwer"');
});

Deno.test("an error of onEvent does not stop a launch, which rejects with it in the end", async () => {
  await using daemon = await servedDaemon();
  const { backend, directory, asked } = daemon;
  const file = `${directory}/web.yaml`;
  await Deno.writeTextFile(file, WEB);
  const mine = new TypeError("of the program");
  const error = await rejection(
    launch(open({ backend }), file, {
      name: "web1",
      onEvent: () => {
        throw mine;
      },
    }),
    TypeError,
  );
  assertEquals(error, mine);
  assert(asked.some((one) => one.startsWith("PUT /1.0/instances/web1/state")), asked.join("\n"));
});

Deno.test("a process ends by itself once its calls are over, and has written nothing", async () => {
  await using daemon = await servedDaemon();
  const { backend, directory } = daemon;
  const file = `${directory}/web.yaml`;
  await Deno.writeTextFile(file, WEB);
  const library = new URL("../../lib/mod.ts", import.meta.url).href;
  const program = `import { launch, open } from ${JSON.stringify(library)};
await launch(open({ backend: ${JSON.stringify(backend)} }), ${JSON.stringify(file)}, { name: "web1" });`;
  await Deno.writeTextFile(`${directory}/program.ts`, program);
  const config = fromFileUrl(new URL("../../deno.json", import.meta.url));
  const begun = performance.now();
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-A", "--no-check", "--config", config, `${directory}/program.ts`],
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals([code, text(stdout), text(stderr)], [0, "", ""]);
  // Deadlines of answers are 60 s and more.
  assert(performance.now() - begun < 30_000, "something kept the process running");
});
