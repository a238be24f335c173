/** Tests that values that lxops did not set stay byte for byte when the file changes. */
import { assertEquals } from "@std/assert";
import { connect } from "../../../scripts/testbed/rest.ts";
import { isWhole, sample } from "../../support/sample.ts";
import { inTurn } from "../support/daemon.ts";
import { closeScene, planOf, put, sceneOf } from "./scene.ts";

/** The number of rounds on each daemon. */
const ROUNDS = isWhole() ? 250 : 6;

/** Returns a generator of numbers below a limit, which are the same for one commit. */
function numbers(seed: number) {
  let state = seed;
  return (below: number) => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9 | 0;
    return Math.abs(state) % below;
  };
}

const TEXTS = [
  "1",
  "\u00fc\u20ac",
  " leading",
  "a\nb\n",
  "\"'\\$(x)`",
  "{}",
  "x".repeat(3000),
  "=",
  "#",
  "true",
];
const KEYS = ["user.theirs", "user.a.b", "user.\u00fc", "environment.THEIRS", "limits.memory", "user.x-y_z"];

inTurn("generated edits of the file and of values that lxops did not set keep these values byte for byte", [
  "directory",
], async (ground) => {
  const scene = await sceneOf(ground);
  const { name, path, operands: _none } = scene;
  const profile = `/1.0/profiles/${name}.lxops`;
  const next = numbers(sample() + 7);
  const one = <T>(list: readonly T[]): T => list[next(list.length)]!;
  const own = { a: "0", b: "0", c: "0" };
  const write = (): Promise<void> =>
    put(scene, {
      config: {
        ostype: "alpine",
        image: "tiny",
        "lxc-options": { a: `-c user.own.a=${own.a}` },
        config: { "user.own.b": own.b, "environment.OWN": own.c },
        ...(next(2) === 0
          ? { devices: { nul: { type: "unix-char", source: "/dev/null", path: "/dev/n" } } }
          : {}),
        ...(next(2) === 0 ? { profiles: { one: "default", two: `${name}-first` } } : {}),
      },
      included: {},
      cfg: {},
      more: {},
      properties: {},
    });
  /** Returns the part of an object that lxops did not set, as the daemon has it. */
  const foreign = async (of: string) => {
    const { config, devices, description, profiles } = await ground.get(of);
    const isOurs = (key: string) => /^(volatile|user\.lxops|user\.own)\.|^environment\.OWN$/.test(key);
    return {
      config: Object.fromEntries(Object.entries(config).filter(([key]) => !isOurs(key))),
      devices: Object.fromEntries(Object.entries(devices).filter(([key]) => key !== "nul")),
      description,
      // Other profiles have no part in the order that lxops gives.
      profiles: profiles?.filter((profile: string) => profile.endsWith("-second")),
    };
  };
  using rest = connect(ground.daemon.socket!);
  try {
    await write();
    await ground.ok(["up", ...scene.operands]);
    for (let round = 0; round < ROUNDS; round++) {
      for (const  of of[path, profile]) {
        if (next(3) === 0) continue;
        const now = await ground.get(of);
        const key = one(KEYS);
        const value = key === "limits.memory"
          ? one(["64MiB", "80MiB"])
          : one(TEXTS.filter((text) => !key.startsWith("environment.") || !text.includes("\n")));
        if (next(4) === 0) delete now.config[key];
        else now.config[key] = value;
        const device = `theirs${next(3)}`;
        if (next(2) === 0) delete now.devices[device];
        else now.devices[device] = one([{ type: "none" }, { type: "nic", nictype: "p2p" }]);
        if (next(3) === 0) now.description = one(TEXTS);
        if (now.profiles && next(2) === 0) {
          const others = now.profiles.filter((one: string) => !one.endsWith("-second"));
          now.profiles = next(2) === 0
            ? others
            : [...others.slice(0, 1), `${name}-second`, ...others.slice(1)];
        }
        await rest.send("PUT", of, now);
      }
      const part = one(["a", "b", "c"] as const);
      own[part] = String(round + 1);
      await write();
      const before = [await foreign(path), await foreign(profile)];
      const out = await ground.ok(["up", ...scene.operands]);
      assertEquals([round, out], [round, `${name}: changed\n`]);
      assertEquals([round, [await foreign(path), await foreign(profile)]], [round, before]);
      assertEquals([round, await planOf(scene)], [round, []]);
    }
  } finally {
    await closeScene(scene);
  }
});
