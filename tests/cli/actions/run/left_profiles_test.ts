/** Own profiles of ephemeral instances that are gone: what removes them, and which stay. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { leftProfiles } from "../../../../lib/plan/instance/resolve/ephemeral.ts";
import { contentOf } from "../../../../lib/run/lock/holder.ts";
import { instanceLock } from "../../../../lib/run/lock/names.ts";
import { memoryLocks } from "../../../fakes/memory_locks.ts";
import { run } from "../../../fakes/memory_app.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { recorder } from "../../../fakes/recorder.ts";
import { worldOf, type WorldSpec } from "../../../plan/world_spec.ts";

/** A profile of an instance that was launched as an ephemeral one. */
function profile(name: string, mark = `${name}.lxops default ${name}`) {
  return { name: `${name}.lxops`, config: { "user.lxops.ephemeral": mark } };
}

const LEFT: WorldSpec = {
  profiles: [profile("gone"), profile("there"), { name: "plain.lxops" }, { name: "a.lxops" }],
  instances: [{ name: "there", profiles: ["default", "there.lxops"] }],
  images: [{ aliases: ["tiny"], fingerprint: "f1" }],
};

async function lxops(
  args: readonly string[],
  spec: WorldSpec = LEFT,
  { options = "", locks = memoryLocks() } = {},
) {
  const world = worldOf(spec);
  const recorded = recorder(memoryServer(world));
  const files = { "/c/a.yaml": `#lxops-v1\nimage: tiny\nostype: alpine\n${options}` };
  const outcome = await run(args, { world, files, locks, controls: () => recorded });
  const sent = recorded.effects.flatMap((one) => one.kind === "send" ? [one] : []);
  return {
    ...outcome,
    deleted: sent.filter(({ method }) => method === "DELETE").map(({ path }) => path),
    written: sent.find(({ path }) => path.startsWith("/1.0/profiles"))?.body,
  };
}

for (const args of [["launch", "a.yaml"], ["run", "--sweep"]]) {
  Deno.test(`${args.join(" ")} removes the profile of an ephemeral instance that is gone, and no other one`, async () => {
    const { code, deleted, stderr } = await lxops(args);
    assertEquals([code, deleted], [0, ["/1.0/profiles/gone.lxops"]], stderr);
    const locks = memoryLocks();
    const want = await instanceLock({ project: "default", name: "gone" });
    const self = { run: "another", user: "eve", command: "launch", since: "2026-01-01" };
    await locks.create(want, contentOf(want, self, "token"));
    assertEquals((await lxops(args, LEFT, { locks })).deleted, [], "another run makes the instance just now");
    const shown = await lxops([args[0]!, "--dry-run", ...args.slice(1)]);
    assertEquals(shown.deleted, []);
    assertStringIncludes(shown.stdout, "/1.0/profiles/gone.lxops\n");
  });
}

Deno.test("a launch keeps the marked profile of its own instance, and only an ephemeral one has the mark", async () => {
  const spec = { ...LEFT, profiles: [profile("a")] };
  const ordinary = await lxops(["launch", "a.yaml"], spec);
  assertEquals([ordinary.code, ordinary.deleted], [0, []], ordinary.stderr);
  assertEquals((ordinary.written as { config: unknown }).config, {});
  const ephemeral = await lxops(["launch", "a.yaml"], { ...LEFT, profiles: [] }, {
    options: "lxc-options: [-e]\n",
  });
  assertEquals((ephemeral.written as { config: unknown }).config, {
    "user.lxops.ephemeral": "a.lxops default a",
  });
});

Deno.test("leftProfiles() leaves out used profiles, copies, and profiles of other projects", () => {
  const one = { name: "a.lxops", config: { "user.lxops.ephemeral": "a.lxops p a" }, usedBy: [] };
  const of = (
    changed: Partial<typeof one> & { usedBy?: readonly string[] },
    project = "p",
    names: string[] = [],
  ) =>
    leftProfiles(project, { profiles: [{ ...one, ...changed }], instances: names.map((name) => ({ name })) })
      .map(({ profile }) => profile);
  assertEquals(of({}), ["a.lxops"]);
  assertEquals(of({ usedBy: ["/1.0/instances/b?project=p"] } as never), []);
  assertEquals(of({ name: "copy" }), []);
  assertEquals(of({}, "default"), []);
  assertEquals(of({}, "p", ["a"]), []);
});
