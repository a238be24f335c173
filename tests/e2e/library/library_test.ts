/** The library on real daemons: what it changes, what it leaves when it fails, and calls side by side. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  type Backend,
  type CallEvent,
  CommandError,
  destroy,
  FailedError,
  incus,
  InterruptedError,
  launch,
  lxd,
  open,
  Pool,
  rebuild,
  run,
  StateError,
} from "../../../lib/mod.ts";
import { rejection } from "../../support/rejection.ts";
import { type Ground, inTurn, onBoth, onEither } from "../support/daemon.ts";

const CONFIG = "#lxops-v1\nostype: alpine\nimage: tiny\ncloud-config-files: [web.cfg]\n";

/** Returns a client of the daemon of a test, which reads no configuration of the user. */
function clientOf({ daemon, dir }: Ground) {
  const kind = daemon.title === "Incus" ? incus : lxd;
  return open({ backend: { ...kind, configDirs: [`${dir}/none`] }, socket: daemon.socket! });
}

/** Writes a configuration with one command, and returns its path. */
async function configure(ground: Ground, command: string): Promise<string> {
  await ground.write("web.cfg", `#cloud-config\nruncmd:\n  - ${command}\n`);
  await ground.write("web.yaml", CONFIG);
  return `${ground.dir}/web.yaml`;
}

/** Returns the names of a test's instances, and of its profiles and locks. */
async function left(ground: Ground): Promise<readonly string[]> {
  const all: string[] = [
    ...await ground.get("/1.0/instances") ?? [],
    ...await ground.get("/1.0/profiles") ?? [],
  ];
  return all.filter((path) => path.includes(ground.id));
}

onBoth("two launches in one process, a rebuild and a destroy leave nothing", [], async (ground) => {
  const file = await configure(ground, "echo launched");
  const client = clientOf(ground);
  const [a, b] = [ground.name("a"), ground.name("b")];
  const events: CallEvent[] = [];
  const onEvent = (event: CallEvent) =>
    void events.push(event.kind === "output" ? { ...event, bytes: event.bytes.slice() } : event);
  const [[one], [two]] = await Promise.all([
    launch(client, file, { name: a, onEvent }),
    launch(client, file, { name: b }),
  ]);
  assertEquals([one!.name, two!.name], [a, b]);
  assert(one!.address !== undefined);
  const printed = events.flatMap((event) =>
    event.kind === "output" && event.stream === "stdout" ? [new TextDecoder().decode(event.bytes)] : []
  );
  assertEquals(printed.join(""), "launched\n");
  assert(events.every((event) => !("instance" in event) || event.instance === "" || event.instance === a));

  const { "volatile.uuid": before } = (await ground.get(`/1.0/instances/${a}`)).config;
  await rebuild(client, file, { name: a });
  assert((await ground.get(`/1.0/instances/${a}`)).config["volatile.uuid"] !== before, "a new instance");
  const both = await Promise.allSettled([
    rebuild(client, file, { name: a }),
    rebuild(client, file, { name: a }),
  ]);
  const refused = both.flatMap((one) => one.status === "rejected" ? [one.reason] : []);
  assertEquals(refused.map((one) => one instanceof StateError && one.kind), ["locked"]);
  const running = await rejection(destroy(client, file, { name: a }), StateError);
  assertStringIncludes(running.message, a);
  await Promise.all([a, b].map((name) => destroy(client, file, { name, force: true })));
  assertEquals(await left(ground), []);
});

onBoth("a launch that fails or is aborted says what it left, or takes it back", [], async (ground) => {
  const client = clientOf(ground);
  const name = ground.name();
  const failing = await configure(ground, "exit 3");
  const failed = await rejection(launch(client, failing, { name }), FailedError);
  const [failure] = failed.failures;
  assert(failure!.error instanceof CommandError, `${failure!.error}`);
  assertEquals([failed.interrupted, failure!.instance], [false, name]);
  assert(failure!.left.some((one) => one.includes(name)), failure!.left.join());
  assertEquals(failed.cause, failure!.error);
  await destroy(client, failing, { name, force: true });

  const ending = new AbortController();
  const lasting = await configure(ground, "sleep 60");
  const aborted = await rejection(
    launch(client, lasting, {
      name,
      undoOnFailure: true,
      signal: ending.signal,
      onEvent: ({ kind }) => kind === "item" && ending.abort(new Error("enough")),
    }),
    FailedError,
  );
  assert(aborted.interrupted);
  assert(aborted.failures[0]!.error instanceof InterruptedError);
  assertEquals(await left(ground), [], "the instance was taken back, and the lock given up");
});

inTurn("run has the output and the code of its program, and ends it with the signal", [], async (ground) => {
  const client = clientOf(ground);
  const name = ground.name();
  const program = ["sh", "-c", "cat; echo $WORD; echo wrong >&2; exit 7"];
  const { code, stdout, stderr, instance } = await run(client, "tiny", program, {
    name,
    input: "typed\n",
    env: { WORD: "said" },
  });
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals([code, text(stdout), text(stderr), instance], [7, "typed\nsaid\n", "wrong\n", name]);
  const many = await run(client, "tiny", ["seq", "100000"], { name, maxOutput: 13 });
  assertEquals(text(many.stdout), "99999\n100000\n");
  const ending = new AbortController();
  const aborted = run(client, "tiny", ["sleep", "60"], {
    name,
    signal: ending.signal,
    onEvent: (event) => event.kind === "step" && event.title.startsWith("Run ") && ending.abort(),
  });
  await rejection(aborted, InterruptedError);
  assertEquals(await left(ground), []);
});

onBoth("each taker of a pool in one process gets another instance", [], async (ground) => {
  const client = clientOf(ground);
  const pool = await Pool.create(client, ground.id, "tiny", { size: 3, max: 3 });
  try {
    const taken = await Promise.allSettled(
      Array.from({ length: 6 }, (_, at) => pool.acquire({ owner: `taker ${at}` })),
    );
    const leases = taken.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
    const refused = taken.flatMap((one) => one.status === "rejected" ? [one.reason.name] : []);
    assertEquals([leases.length, new Set(leases.map(({ instance }) => instance)).size], [3, 3]);
    assertEquals(refused, ["NoneFreeError", "NoneFreeError", "NoneFreeError"]);
    const longer = await pool.renew(leases[0]!, { lease: "2h" });
    assert(longer.expires > leases[0]!.expires);
    assertEquals((await pool.status()).leased, 3);
    await pool.release(leases);
    await pool.tend();
    const { code, stdout, instance } = await pool.run(["cat"], { input: "typed" });
    assertEquals([code, new TextDecoder().decode(stdout), instance.startsWith(ground.id)], [
      0,
      "typed",
      true,
    ]);
    await rejection(pool.renew(leases[0]!), StateError);
  } finally {
    await pool.destroy({ force: true });
  }
  assertEquals(await left(ground), []);
});

onEither(
  "a third kind of daemon is data: another name, another socket, another client",
  [],
  async (ground) => {
    const file = await configure(ground, "true");
    await Deno.symlink(ground.daemon.socket!, `${ground.dir}/moon.socket`);
    const moon: Backend = {
      ...(ground.daemon.title === "Incus" ? incus : lxd),
      title: "Moon",
      program: "lxops-moon",
      service: "moon",
      client: "moonctl",
      env: { socket: "MOON_SOCKET", dir: "MOON_DIR", conf: "MOON_CONF" },
      sockets: [`${ground.dir}/moon.socket`],
      configDirs: [`${ground.dir}/none`],
    };
    const client = open({ backend: moon });
    const name = ground.name();
    await launch(client, file, { name });
    const again = await rejection(launch(client, file, { name }), StateError);
    assertEquals(again.kind, "exists");
    await destroy(client, file, { name, force: true });
    assertEquals(await left(ground), []);
  },
);
