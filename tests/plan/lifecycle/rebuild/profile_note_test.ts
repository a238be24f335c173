/** Notes of own profiles on old instances. */
import { assertEquals } from "@std/assert";
import {
  hasNote,
  noteChanges,
  notedBeforeSwap,
  notedProfile,
  profileBack,
} from "../../../../lib/plan/lifecycle/rebuild/profile_note.ts";
import type { InstanceInfo, ProfileInfo } from "../../../../lib/ports/mod.ts";
import type { Target, World } from "../../../../lib/plan/world.ts";
import { worldOf } from "../../world_spec.ts";

const TARGET = { instance: { name: "a", project: "default", ownProfile: "a.lxops" } } as unknown as Target;
const BEFORE = { name: "a.lxops", config: { "limits.cpu": "1" } };
const AFTER = { name: "a.lxops", config: { "limits.cpu": "2" } };

/** Returns a world with a profile, and with an instance that has a note of it. */
function worldWith(
  profile: typeof BEFORE,
  config: Readonly<Record<string, string>>,
  status = "Stopped",
): { readonly world: World; readonly info: InstanceInfo } {
  const world = worldOf({ profiles: [profile], instances: [{ name: "a", status, config }] });
  return { world, info: [...world.instances.values()][0]! };
}

function profileOf(one: typeof BEFORE): ProfileInfo {
  return [...worldOf({ profiles: [one] }).profiles.values()].find(({ name }) => name === one.name)!;
}

const NOTE = noteChanges(profileOf(BEFORE), [profileOf(AFTER)], { noted: undefined, runs: true });
const STOPPED = { ...NOTE, "volatile.last_state.power": "RUNNING" };

Deno.test("a note counts as long as the profile has what the rebuild gave it", () => {
  const found = worldWith(AFTER, STOPPED);
  assertEquals(notedProfile(found.info, TARGET, found.world)?.before?.config, BEFORE.config);
  for (const other of [BEFORE, { name: "a.lxops", config: { "limits.cpu": "3" } }]) {
    const { info, world } = worldWith(other, STOPPED);
    assertEquals(notedProfile(info, TARGET, world), undefined);
  }
});

Deno.test("a profile that did not exist before is removed, unless it was changed since", () => {
  const config = noteChanges(undefined, [profileOf(AFTER)], { noted: undefined, runs: true });
  const back = ({ info, world }: ReturnType<typeof worldWith>) =>
    profileBack(info, { project: "default", name: "a" }, TARGET, world).map(({ title }) => title);
  assertEquals(back(worldWith(AFTER, config)), [
    "Delete profile a.lxops, which was not there before",
    "Remove the note of profile a.lxops",
  ]);
  assertEquals(back(worldWith(BEFORE, config)), []);
  // A run that goes on knows it, too.
  const { info, world } = worldWith(AFTER, config);
  const noted = notedProfile(info, TARGET, world);
  const again = noteChanges(profileOf(AFTER), [profileOf(AFTER)], { noted, runs: true });
  assertEquals(back(worldWith(AFTER, again)).length, 2);
});

Deno.test("a note does not count once the instance was started", () => {
  const noted = ({ info, world }: ReturnType<typeof worldWith>) => notedBeforeSwap(info, TARGET, world);
  assertEquals(noted(worldWith(AFTER, STOPPED))?.runs, true);
  assertEquals(noted(worldWith(AFTER, STOPPED, "Running")), undefined);
  assertEquals(noted(worldWith(AFTER, { ...STOPPED, "volatile.last_state.power": "STOPPED" })), undefined);
});

Deno.test("a note of a profile that is too large says only that there was one", () => {
  const large = profileOf({ name: "a.lxops", config: { "limits.cpu": "x".repeat(70_000) } });
  const config = noteChanges(large, [profileOf(AFTER)], { noted: undefined, runs: false });
  const { info, world } = worldWith(AFTER, config);
  assertEquals([hasNote(info), notedProfile(info, TARGET, world)], [true, undefined]);
});

Deno.test("a note of another form, or with other values than texts, is ignored", () => {
  const [key, text] = Object.entries(NOTE)[0]!;
  const note = JSON.parse(text);
  const texts = [
    "{}",
    "[]",
    "null",
    "",
    "x",
    JSON.stringify({ ...note, before: { ...note.before, devices: { d: 1 } } }),
  ];
  for (const one of [...texts, JSON.stringify({ ...note, name: "b.lxops" })]) {
    const { info, world } = worldWith(AFTER, { ...STOPPED, [key]: one });
    assertEquals(notedProfile(info, TARGET, world), undefined, one);
  }
});
