/** Command lines of the commands about pools. */
import { DEFAULTS } from "../../lib/plan/pool/definition.ts";
import { type PoolSpec, specText } from "../../lib/plan/pool/spec.ts";
import { leaseContent } from "../../lib/plan/pool/lease.ts";
import { worldOf, type WorldSpec } from "../plan/world_spec.ts";
import type { ChangingCase } from "./daemon_commands.ts";

/** The definition of a pool of a test. */
export const SPEC: PoolSpec = {
  version: 1,
  pool: "p",
  project: "default",
  image: "tiny",
  type: "container",
  profiles: ["default"],
  config: {},
  devices: {},
  ...DEFAULTS,
  until: ["exec"],
  size: 0,
  max: 9,
};

/** The profile of that definition. */
export const DEFINITION = {
  name: "lxops-pool-p",
  config: { "user.lxops.pool.spec": specText(SPEC) },
} as const;

/** A lease of a test that does not end. */
export const LEASE = `p-1.${"0".repeat(32)}`;

/** Returns an instance of a pool in a state. */
export function member(name: string, state: string, status = "Stopped") {
  return {
    name,
    status,
    config: {
      "user.lxops.pool": "p",
      "user.lxops.pool.name": name,
      "user.lxops.pool.uuid": state === "warming" ? "" : `uuid-${name}`,
      "user.lxops.pool.state": state,
      "user.lxops.pool.gen": "1",
      "volatile.uuid": `uuid-${name}`,
      "volatile.base_image": "f00d",
    },
  };
}

function poolWorld(spec: Partial<PoolSpec>, world: WorldSpec = {}) {
  return worldOf({
    ...world,
    profiles: [
      { name: "lxops-pool-p", config: { "user.lxops.pool.spec": specText({ ...SPEC, ...spec }) } },
      ...world.profiles ?? [],
    ],
  });
}

const leased = {
  profiles: [{
    name: "lxops-lease-p-1",
    ...leaseContent(
      { lease: LEASE, pool: "p", instance: "p-1", owner: "me", uuid: "", snapshots: "" },
      "9999-01-01T00:00:00.000Z",
    ),
  }],
  instances: [member("p-1", "leased")],
};
/** The name of an instance such as pools make them. */
export const MEMBER = "p-00000000000001";

const idle = { instances: [member("p-1", "ready")] };
const waits = { instances: [member(MEMBER, "ready", "Running")] };

/** Commands that change something. */
export const CHANGING: readonly ChangingCase[] = [
  {
    name: "pool create",
    args: ["pool", "create", "-size=0", "-max=2", "-limits=cpu=1", "-lease=2h", "p", "tiny"],
    world: worldOf({ images: [{ aliases: ["tiny"] }] }),
  },
  {
    name: "pool create of one that works by itself",
    args: ["pool", "create", "-size=0", "-mode=self", "p", "tiny", "--", "runner", "--once"],
    world: worldOf({ images: [{ aliases: ["tiny"] }] }),
  },
  {
    name: "pool create with a file for those that work by themselves",
    args: [
      "pool",
      "create",
      "-size=0",
      "-mode=self",
      "-copy-in=/c/token:/root/token",
      "p",
      "tiny",
      "--",
      "runner",
    ],
    files: { "/c/token": "secret" },
    world: worldOf({ images: [{ aliases: ["tiny"] }], paths: { "/c/token": "file" } }),
  },
  {
    name: "pool set",
    args: ["pool", "set", "p", "size=2", "max-age=1h", "wait=dns:a.b"],
    world: poolWorld({}),
  },
  {
    name: "pool acquire",
    args: ["pool", "acquire", "-owner", "it's", "-lease=90s", "p"],
    world: poolWorld({}, waits),
  },
  {
    name: "pool run",
    args: ["pool", "run", "p", "--", "id"],
    world: poolWorld({}, { instances: [member(MEMBER, "ready")] }),
  },
  { name: "pool renew", args: ["pool", "renew", LEASE], world: poolWorld({}, leased) },
  { name: "pool release", args: ["pool", "release", LEASE], world: poolWorld({}, leased) },
  {
    name: "pool release of one that is kept",
    args: ["pool", "release", "-keep", LEASE],
    world: poolWorld({}, leased),
  },
  {
    name: "pool tend",
    args: ["pool", "tend", "p"],
    world: poolWorld({ enabled: false }, { instances: [member("p-1", "draining")] }),
  },
  { name: "pool enable", args: ["pool", "enable", "p"], world: poolWorld({ enabled: false }) },
  { name: "pool disable", args: ["pool", "disable", "p"], world: poolWorld({}) },
  { name: "pool drain", args: ["pool", "drain", "p"], world: poolWorld({}, idle) },
  { name: "pool reset", args: ["pool", "reset", "p"], world: poolWorld({}, idle) },
  { name: "pool destroy", args: ["pool", "destroy", "-force", "p"], world: poolWorld({}, leased) },
  {
    name: "pool warm",
    args: ["pool", "warm", "p-1"],
    world: poolWorld({}, { instances: [member("p-1", "warming", "Running")] }),
  },
  { name: "pool mark", args: ["pool", "mark", "p-1"], world: poolWorld({}, { ...leased, ...idle }) },
  { name: "pool retire", args: ["pool", "retire", "-uuid=uuid-p-1", "p-1"], world: poolWorld({}, idle) },
  { name: "pool forget", args: ["pool", "forget", "p-gone"], world: poolWorld({}) },
];

/** Commands that change nothing, and what they print. */
export const LOOKING: readonly (readonly [args: readonly string[], expected: RegExp])[] = [
  [["pool", "list"], /^POOL +IMAGE +SIZE/],
  [["pool", "status", "p"], /^INSTANCE +STATE +STATUS/],
];
