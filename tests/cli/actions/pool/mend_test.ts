/** Pools whose definition cannot be read, and pools of which no instance could be made. */
import { assertEquals, assertMatch } from "@std/assert";
import { ServerError } from "../../../../lib/base/errors.ts";
import type { ProfileInfo } from "../../../../lib/ports/mod.ts";
import { type PoolSpec, specText } from "../../../../lib/plan/pool/spec.ts";
import { run } from "../../../fakes/memory_app.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { recorder, type RecorderOptions } from "../../../fakes/recorder.ts";
import { worldOf } from "../../../plan/world_spec.ts";
import { member, SPEC } from "../../../support/pool_commands.ts";

const DEFINITION = "/1.0/profiles/lxops-pool-p";

/** Runs a command line with a pool whose definition is a text. */
async function withDefinition(text: string | undefined, line: string, options: RecorderOptions = {}) {
  const world = worldOf({
    images: [{ aliases: ["tiny"] }],
    extensions: ["instances_rebuild", "instance_create_start"],
    profiles: text === undefined ? [] : [{ name: "lxops-pool-p", config: { "user.lxops.pool.spec": text } }],
  });
  const server = { ...memoryServer(world), instance: () => Promise.resolve(undefined) };
  const controls = recorder(server, options);
  const outcome = await run(line.split(" "), { world, server, controls: () => controls });
  const sent = controls.effects.flatMap((one) => one.kind === "send" ? [one] : []);
  const body = sent.findLast(({ path }) => path === DEFINITION)?.body as { config?: Record<string, string> };
  const spec: PoolSpec | undefined = body?.config &&
    JSON.parse(body.config["user.lxops.pool.spec"] ?? "null");
  return { ...outcome, spec, changes: sent.map(({ method, path }) => `${method} ${path}`) };
}

Deno.test("pool set mends a definition that cannot be read, and says what of it is lost", async () => {
  const wrong = JSON.stringify({ ...SPEC, size: "4", leaseSeconds: -1, lease: 7, sshUser: "ci" });
  const { code, stderr, spec } = await withDefinition(wrong, "pool set p size=3");
  assertEquals([code, spec?.size, spec?.leaseSeconds, spec?.sshUser, spec?.image], [
    0,
    3,
    3600,
    "ci",
    "tiny",
  ]);
  assertMatch(stderr, /cannot be read: leaseSeconds, size; what is lost becomes the default/);
});

Deno.test("pool set writes a definition that cannot be read also where it changes nothing that is read of it", async () => {
  const wrong = [{ ...SPEC, until: ["foo"] }, { ...SPEC, version: 2 }];
  for (const one of wrong) {
    const { code, spec } = await withDefinition(JSON.stringify(one), "pool set p wait=exec");
    assertEquals([code, spec], [0, { ...SPEC, until: ["exec"] }]);
  }
  const { code, changes } = await withDefinition(
    specText({ ...SPEC, until: ["exec"] }),
    "pool set p wait=exec",
  );
  assertEquals([code, changes], [0, []]);
});

Deno.test("pool set of a definition that is no JSON needs an image, and what is wrong still is an error", async () => {
  const without = await withDefinition("{", "pool set p size=1 max=2");
  assertEquals([without.code, without.spec], [2, undefined]);
  const { code, spec } = await withDefinition("{", "pool set p size=1 max=2 image=tiny");
  assertEquals([code, spec?.pool, spec?.project, spec?.max], [0, "p", "default", 2]);
  assertEquals((await withDefinition("{", "pool enable p")).code, 3);
});

Deno.test("pool destroy removes a pool whose definition cannot be read", async () => {
  for (const text of ["{", JSON.stringify({ ...SPEC, max: -1 })]) {
    const { code, stderr, changes } = await withDefinition(text, "pool destroy p");
    assertEquals([code, stderr, changes], [0, "", [`DELETE ${DEFINITION}`]]);
  }
});

/** Runs a command line with an instance of a pool whose definition is gone, and perhaps a profile of its name. */
async function withoutDefinition(line: string, profile?: Partial<ProfileInfo>) {
  const config = {
    "user.lxops.pool": "p",
    "user.lxops.pool.name": "p-1",
    "user.lxops.pool.state": "ready",
    "user.lxops.pool.uuid": "u-1",
    "volatile.uuid": "u-1",
  };
  const world = worldOf({
    images: [{ aliases: ["tiny"] }],
    instances: [{ name: "p-1", status: "Running", config }],
    profiles: profile ? [{ name: "lxops-pool-p", ...profile }] : [],
  });
  const server = memoryServer(world);
  const outcome = await run(line.split(" "), { world, server, controls: () => recorder(server) });
  return { ...outcome, deletes: outcome.stdout.includes("Delete pool p") };
}

const EMPTY = { config: {}, devices: {} };

Deno.test("pool destroy removes the instances of a pool whose definition is gone, if --force allows it", async () => {
  assertMatch((await withoutDefinition("pool status p")).stderr, /To remove them: lxops pool destroy p\n/);
  const blank = { ...EMPTY, config: { "user.lxops.pool.spec": "" } };
  for (const profile of [undefined, EMPTY, blank]) {
    const refused = await withoutDefinition("pool destroy p", profile);
    assertEquals(refused.code, 9);
    assertMatch(
      refused.stderr,
      /"p-1" may work\n(.*\n)? +To remove them, too: lxops pool destroy --force p\n$/,
    );
    const { code, stdout, deletes } = await withoutDefinition("pool destroy -force -dry-run p", profile);
    assertEquals([code, deletes], [0, profile !== undefined]);
    assertMatch(stdout, /retire .*p-1/);
  }
  for (const profile of [EMPTY, blank]) {
    const { stderr } = await withoutDefinition("pool create -size=1 p tiny", profile);
    assertMatch(stderr, /To remove what is left of the pool: lxops pool destroy p\n/);
  }
  const none = await withDefinition(undefined, "pool destroy p");
  assertEquals([none.code, none.changes], [7, []]);
});

Deno.test("pool destroy leaves a profile of the user that only has the name of a definition", async () => {
  const devices = { root: { type: "disk", path: "/", pool: "default" } };
  assertEquals((await withoutDefinition("pool destroy -force -dry-run p", { devices })).deletes, false);
});

Deno.test("pool create leaves no pool of which no instance could be made", async () => {
  const refusing: RecorderOptions = {
    send: ({ path }) => {
      if (path === "/1.0/instances") throw new ServerError("Unknown configuration key: bad", { status: 400 });
    },
  };
  const { code, stderr, changes } = await withDefinition(
    undefined,
    "pool create -size=1 -config bad=1 p tiny",
    refusing,
  );
  assertEquals(code, 4);
  assertMatch(stderr, /Unknown configuration key: bad/);
  assertEquals(changes.at(-1), `DELETE ${DEFINITION}`);
  assertEquals(stderr.includes("instance logs"), false, "the instance is gone, and its log with it");
  assertEquals(stderr.includes("Left behind"), false, stderr);
});

Deno.test("a definition that can be read is unchanged by what mends others", async () => {
  const { stderr, spec } = await withDefinition(specText(SPEC), "pool set p size=1");
  assertEquals([stderr, spec], ["", { ...SPEC, size: 1 }]);
});

Deno.test("pool create and pool set say how large a pool may be, and a larger one that is there stays", async () => {
  for (const line of ["pool create --size 501 p tiny", "pool create --size 1 --max 9999 p tiny"]) {
    const { code, stderr, changes } = await withDefinition(undefined, line);
    assertEquals([code, changes], [2, []]);
    assertMatch(stderr, /(?:size takes a whole number up to 500|max takes a whole number up to 1000), not "/);
  }
  const there = specText({ ...SPEC, size: 9999, max: 10_000 });
  assertEquals((await withDefinition(there, "pool set p size=9998")).code, 2);
  const { code, spec } = await withDefinition(there, "pool set p lease=2h");
  assertEquals([code, spec?.size, spec?.max, spec?.leaseSeconds], [0, 9999, 10_000, 7200]);
});

Deno.test("pool tend and pool create ask for a few instances, and for no more once they fail", async () => {
  for (const line of ["pool tend p", "pool create --size 400 p tiny"]) {
    const refusing: RecorderOptions = {
      send: ({ method, path }) => {
        if (method === "POST" && path === "/1.0/instances") {
          throw new ServerError("No space left on device", { status: 500 });
        }
      },
    };
    const text = line.startsWith("pool tend") ? specText({ ...SPEC, size: 9999, max: 10_000 }) : undefined;
    const { code, stderr, changes } = await withDefinition(text, line, refusing);
    assertEquals(
      [code === 0, changes.filter((one) => one === "POST /1.0/instances").length],
      [false, 8],
      stderr,
    );
    assertMatch(stderr, /No space left on device/);
  }
});

Deno.test("pool list lists the other pools where a definition cannot be read, and warns about that one", async () => {
  const key = "user.lxops.pool.spec";
  const world = worldOf({
    images: [{ aliases: ["tiny"] }],
    profiles: [
      { name: "lxops-pool-p", config: { [key]: specText({ ...SPEC, size: 7 }) } },
      { name: "lxops-pool-q", config: { [key]: specText({ ...SPEC, pool: "q", max: -1 }) } },
    ],
  });
  const controls = () => recorder(memoryServer(world));
  const { code, stdout, stderr } = await run(["pool", "list"], { world, controls });
  assertEquals([code, stdout.trimEnd().split("\n").length], [0, 2]);
  assertMatch(stdout, /^p +tiny +7/m);
  assertMatch(stderr, /profile lxops-pool-q user\.lxops\.pool\.spec: warning: is no definition of a pool/);
  assertMatch(stderr, /To mend it: lxops pool set q/);
});

Deno.test("pool reset names the instances that stay, and the command that replaces them", async () => {
  const instance = { ...member("p-1", "ready", "Running") };
  const world = worldOf({
    images: [{ aliases: ["tiny"] }],
    instances: [instance],
    profiles: [{
      name: "lxops-pool-p",
      config: { "user.lxops.pool.spec": specText({ ...SPEC, mode: "self", size: 1 }) },
    }],
  });
  const server = memoryServer(world);
  const reset = (...args: readonly string[]) =>
    run(["pool", "reset", ...args, "-dry-run", "p"], { world, server, controls: () => recorder(server) });
  assertEquals(
    (await reset()).stderr,
    'note: this instance stays: "p-1" works\n  To replace it, too: lxops pool reset --force p\n',
  );
  assertEquals((await reset("-force")).stderr, "");
});
