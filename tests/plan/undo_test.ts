/** Tests of `--undo-on-failure` with the golden plans: each of their steps fails once. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ServerError } from "../../lib/base/errors.ts";
import { goldenCases } from "../golden/cases.ts";
import { run } from "../fakes/memory_app.ts";
import { memoryServer } from "../fakes/memory_server.ts";
import { recorder } from "../fakes/recorder.ts";
import type { Effect } from "../../lib/step/step.ts";

function brief(effect: Effect): string {
  switch (effect.kind) {
    case "send": {
      const { action, name } = (effect.body ?? {}) as { action?: string; name?: string };
      return [effect.method, effect.path.slice(5), action ?? name].filter((word) => word).join(" ");
    }
    case "stop":
      return `stop ${effect.instance.name}`;
    case "run":
      return effect.argv.join(" ");
    default:
      return effect.kind;
  }
}

/** Returns the changes after the first failure in a golden plan. */
async function afterFailure(name: string, failing: string, flags = ["--undo-on-failure"]): Promise<string[]> {
  const found = goldenCases().find((one) => one.name === name);
  assert(found, `there is no golden plan ${name}`);
  const failed = (effect: Effect): boolean => brief(effect) === failing;
  const controls = recorder(memoryServer(found.world), {
    send: (request) => {
      if (failed({ kind: "send", ...request })) throw new ServerError("refused");
    },
    ...(failing === "exec" ? { exec: () => 1 } : {}),
  });
  const [command, ...rest] = found.args;
  const { code } = await run([command!, ...flags, ...rest], {
    ...found,
    controls: () => controls,
  });
  const at = controls.effects.findIndex((effect) => failed(effect) || effect.kind === failing);
  assert(code !== 0 && at >= 0, `${failing} was not tried: ${controls.effects.map(brief).join(", ")}`);
  return controls.effects.slice(at + 1).map(brief);
}

Deno.test("launch takes back everything that it made, but no directory", async () => {
  assertEquals(await afterFailure("launch_makes_everything", "exec"), [
    "stop a",
    "DELETE instances/a",
    "DELETE profiles/a.lxops",
    "zfs destroy tank/lxops/a",
    "zfs destroy tank/keep/a",
  ]);
});

Deno.test("rebuild starts the instance again where the daemon refuses to rebuild it", async () => {
  assertEquals(await afterFailure("rebuild_in_place_when_told", "POST instances/a/rebuild"), [
    "PUT instances/a/state start",
  ]);
});

Deno.test("rebuild takes nothing back once the instance has its new root filesystem", async () => {
  assertEquals(await afterFailure("rebuild_in_place_when_told", "exec"), []);
});

Deno.test("rebuild starts the old instance again, without being asked, where the new one cannot be configured", async () => {
  assertEquals(await afterFailure("rebuild_creates_the_new_instance_beside_the_old_one", "exec", []), [
    // The world of a golden plan does not change, so that nothing else is found to be taken back.
    "PUT instances/a/state start",
    // A look at the state of it, whose addresses are compared.
    "wait",
  ]);
});

Deno.test("rebuild keeps the new instance where the old one cannot be deleted", async () => {
  const failing = "DELETE instances/a-lxops-old-000000";
  assertEquals(await afterFailure("rebuild_creates_the_new_instance_beside_the_old_one", failing), []);
  assertEquals(
    await afterFailure("rebuild_resumes_between_the_two_renames", "DELETE instances/a-lxops-old"),
    [],
  );
});

Deno.test("delete starts an instance again that it stopped and could not delete", async () => {
  assertEquals(await afterFailure("delete_with_force_stops_first", "DELETE instances/a"), [
    "PUT instances/a/state start",
  ]);
});

Deno.test("delete does not try to start an instance that is gone", async () => {
  assertEquals(await afterFailure("delete_with_force_stops_first", "DELETE profiles/a.lxops"), []);
});

Deno.test("launch takes back the volumes that it copied, and an unfinished copy", async () => {
  const start = "PUT instances/a/state start";
  assertEquals(await afterFailure("launch_copies_the_volumes_of_a_template", start), [
    "DELETE instances/a",
    "DELETE profiles/a.lxops",
    "DELETE storage-pools/fast/volumes/custom/a-mail",
    "DELETE storage-pools/default/volumes/custom/a-data",
  ]);
  const rename = "POST storage-pools/fast/volumes/custom/a-mail.partial a-mail";
  assertEquals(await afterFailure("launch_copies_the_volumes_of_a_template", rename), [
    "DELETE storage-pools/fast/volumes/custom/a-mail.partial",
    "DELETE storage-pools/default/volumes/custom/a-data",
  ]);
});

Deno.test("snapshot takes back those of volumes where one cannot be taken", async () => {
  assertEquals(
    await afterFailure(
      "snapshot_freezes_for_volumes",
      "POST storage-pools/fast/volumes/custom/a-mail/snapshots s1",
    ),
    [
      "DELETE storage-pools/default/volumes/custom/a-data/snapshots/s1",
      "PUT instances/a/state unfreeze",
      "PATCH instances/a",
    ],
  );
});

/** Returns the output of lxops if the last of several equal requests of a golden plan fails. */
async function saidOf(name: string, failing: string, count: number, flags: string[] = []): Promise<string> {
  const found = goldenCases().find((one) => one.name === name);
  assert(found, `there is no golden plan ${name}`);
  let seen = 0;
  const controls = recorder(memoryServer(found.world), {
    send: (request) => {
      if (brief({ kind: "send", ...request }) === failing && ++seen === count) {
        throw new ServerError("refused");
      }
    },
  });
  const [command, ...rest] = found.args;
  const { code, stderr } = await run([command!, ...flags, ...rest], { ...found, controls: () => controls });
  assert(code !== 0 && seen === count, stderr);
  return stderr;
}

Deno.test("a resumed rebuild that fails names the snapshots of the data, and the state of the new instance", async () => {
  const said = await saidOf(
    "rebuild_resumes_after_a_failure_that_left_the_new_instance",
    "PATCH instances/a",
    1,
  );
  assertStringIncludes(said, 'Instance "a" is as it was before');
  assertStringIncludes(said, "The new one, which the earlier run left, was deleted");
  assertStringIncludes(said, "ran with the data before this run");
  assertStringIncludes(said, "tank/a@lxops-rebuild-abc123-a");
});

Deno.test("rebuild --no-return names the data's snapshots", async () => {
  const name = "rebuild_removes_the_snapshots_of_earlier_ones_that_failed";
  const said = await saidOf(name, "PATCH instances/a", 4, ["--no-return"]);
  assertStringIncludes(said, "s with the data");
  assertStringIncludes(said, "tank/a@lxops-rebuild-");
  assertStringIncludes(said, "--resume");
});

Deno.test("a resumed rebuild that fails restores the earlier profile, and starts the old instance", async () => {
  const early = "rebuild_resumes_with_the_way_back_to_the_profile_of_before";
  assertEquals(await afterFailure(early, "POST instances/a-lxops-new-000000 a", []), [
    "PUT profiles/a.lxops",
    "PUT instances/a/state start",
    // A look at the state of it, whose addresses are compared.
    "wait",
    // The note of the profile goes.
    "PATCH instances/a",
  ]);
  const late = "rebuild_resumes_with_a_new_instance_and_the_profile_of_before_at_hand";
  const effects = await afterFailure(late, "PATCH instances/a-lxops-old", []);
  const profile = effects.indexOf("PUT profiles/a.lxops");
  // The old instance has its name by then, and its address.
  assertEquals(effects.slice(profile - 2, profile + 2), [
    "POST instances/a-lxops-old a",
    "PATCH instances/a",
    "PUT profiles/a.lxops",
    "PATCH instances/a",
  ]);
  assertEquals(effects.slice(-3), [
    "PUT instances/a/state start",
    "DELETE instances/a-lxops-new-000000",
    "wait",
  ]);
});

Deno.test("a resumed rebuild reports the state of the old instance that came back", async () => {
  const rename = "POST instances/a-lxops-new-000000 a";
  assertStringIncludes(
    await saidOf("rebuild_resumes_with_the_way_back_to_the_profile_of_before", rename, 1),
    'Instance "a" is as it was before the rebuild that was cut off\n',
  );
  const other = await saidOf(
    "rebuild_resumes_without_a_note_of_a_profile_that_was_changed_since",
    rename,
    1,
  );
  assertStringIncludes(
    other,
    'Instance "a" is as it was before this run, and not as before the rebuild that was cut off:\n',
  );
  assertStringIncludes(
    other,
    'Its profile "a.lxops" has what that rebuild gave it, or what others did since',
  );
});

Deno.test("prune asks the other daemon before it removes snapshots, and leaves those that it may need", async () => {
  const name = "prune_leaves_snapshots_that_an_instance_of_the_other_daemon_may_need";
  const found = goldenCases().find((one) => one.name === name);
  assert(found, `there is no golden plan ${name}`);
  const controls = recorder(memoryServer(found.world), {});
  const { code, events } = await run([...found.args], { ...found, controls: () => controls });
  assertEquals([code, controls.effects.map(brief)], [0, [
    "DELETE instances/a-lxops-new-abc123",
  ]]);
  const notes = events.flatMap((one) => one.kind === "note" ? one.text : []).join("\n");
  assertStringIncludes(notes, 'it may be that of instance "a-lxops-old-abc123" of LXD');
});
