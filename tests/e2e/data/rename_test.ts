import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { countSteps, cuts, firstSteps } from "../support/cut_off.ts";
import { type Ground, inTurn, onEither, places } from "../support/daemon.ts";
import { BASE } from "../support/planted_image.ts";
import { plant, sh, treeOf } from "../support/trees.ts";

const config = () =>
  `#lxops-v1
ostype: alpine
image: tiny
filesystems:
  main: {pattern: ${places.pool}/(instance), destroy: true}
  files: {pattern: ${places.directory}/(instance), destroy: true}
devices:
  home: {path: /home, filesystem: main}
  www: {path: /srv/www, filesystem: files, dir: deep/www}
`;

interface Pair {
  readonly from: string;
  readonly to: string;
}

async function launched(ground: Ground): Promise<Pair> {
  const [from, to] = [ground.name("a"), ground.name("b")];
  await ground.write("a.yaml", config());
  await ground.ok(["launch", "-name", from, "a.yaml"]);
  for (const directory of await directories(ground, from)) await plant(directory, BASE);
  return { from, to };
}

async function directories(ground: Ground, name: string): Promise<string[]> {
  const devices = (await ground.get(`/1.0/profiles/${name}.lxops`)).devices;
  return [devices.home.source, devices.www.source];
}

async function trees(ground: Ground, name: string): Promise<string[]> {
  return await Promise.all((await directories(ground, name)).map(treeOf));
}

/** Returns the current state of all names that a rename changes. */
async function names(ground: Ground, { from, to }: Pair): Promise<string[]> {
  const found: string[] = [];
  for (const name of [from, to]) {
    if (await ground.get(`/1.0/instances/${name}`)) found.push(`instance ${name}`);
    if (await ground.get(`/1.0/profiles/${name}.lxops`)) found.push(`profile ${name}`);
    const datasets = await sh(`zfs list -H -o name | grep -x '${places.pool}/${name}' || true`);
    if (datasets) found.push(`dataset ${name}`);
    if ((await sh(`ls -d '${places.directory}/${name}' 2>/dev/null || true`)) !== "") {
      found.push(`directory ${name}`);
    }
  }
  return found;
}

const all = (name: string) =>
  ["instance", "profile", "dataset", "directory"].map((kind) => `${kind} ${name}`);

inTurn("a rename includes instance, profile, dataset and directory, byte by byte, and can be undone", [
  "directory",
  "pool",
], async (ground) => {
  const pair = await launched(ground);
  const { from, to } = pair;
  const before = await trees(ground, from);
  await ground.ok(["snapshot", "-s", "s1", "-name", from, "a.yaml"]);
  const refused = await ground.run(["rename", "-name", from, "a.yaml", to]);
  assertEquals(refused.code, 9);
  assertStringIncludes(refused.stderr, "it is running");
  await ground.ok(["rename", "--force", "-name", from, "a.yaml", to]);
  assertEquals(await names(ground, pair), all(to));
  assertEquals(await trees(ground, to), before);
  assertEquals(await ground.inside(to, "cat /home/deep/file /srv/www/deep/file"), "text\ntext");
  const { status, config: keys } = await ground.get(`/1.0/instances/${to}`);
  assertEquals([status, keys["user.lxops.rename"], keys["user.lxops.restart"]], [
    "Running",
    undefined,
    undefined,
  ]);
  await sh(`echo changed >'${places.directory}/${to}/deep/www/deep/file'`);
  await ground.ok(["rollback", "-s", "s1", "-name", to, "a.yaml"]);
  assertEquals(await trees(ground, to), before);
  await ground.ok(["rename", "--force", "-name", to, "a.yaml", from]);
  assertEquals(await names(ground, pair), all(from));
  assertEquals(await trees(ground, from), before);
  await sh(`rm -rf '${places.directory}/${from}@s1'`);
});

inTurn("a rename does not begin where a new name is taken", ["directory", "pool"], async (ground) => {
  const pair = await launched(ground);
  const { from, to } = pair;
  const ways: [string, string][] = [
    [`mkdir '${places.directory}/${to}'`, `rmdir '${places.directory}/${to}'`],
    [
      `zfs create '${places.pool}/${to}'`,
      `n=0; until zfs destroy '${places.pool}/${to}'; do n=$((n + 1)); [ $n -lt 600 ]; sleep 0.1; done`,
    ],
  ];
  for (const [make, unmake] of ways) {
    await sh(make);
    const outcome = await ground.run(["rename", "--force", "-name", from, "a.yaml", to]);
    assertEquals(outcome.code, 8, outcome.stderr);
    assertStringIncludes(outcome.stderr, `${to}" exists`);
    assertEquals((await ground.get(`/1.0/instances/${from}`)).status, "Running");
    await sh(unmake);
  }
  await ground.ok(["query", "-X", "POST", "-d", JSON.stringify({ name: `${to}.lxops` }), "/1.0/profiles"]);
  const outcome = await ground.run(["rename", "--force", "-name", from, "a.yaml", to]);
  assertEquals(outcome.code, 8);
  assertStringIncludes(outcome.stderr, `profile "${to}.lxops" exists`);
});

onEither("a rename whose dataset is busy is undone completely", ["directory", "pool"], async (ground) => {
  const pair = await launched(ground);
  const { from, to } = pair;
  const before = await trees(ground, from);
  const [home = ""] = await directories(ground, from);
  const holder = new Deno.Command("sleep", { args: ["600"], cwd: home }).spawn();
  try {
    const outcome = await ground.run(["rename", "--force", "-name", from, "a.yaml", to]);
    assertEquals(outcome.code, 5, outcome.stderr);
    assertStringIncludes(outcome.stderr, "Unmount dataset");
  } finally {
    holder.kill();
    await holder.status;
  }
  assertEquals(await names(ground, pair), all(from));
  assertEquals(await trees(ground, from), before);
  const { status, config: keys } = await ground.get(`/1.0/instances/${from}`);
  assertEquals([status, keys["user.lxops.rename"], keys["user.lxops.restart"]], [
    "Running",
    undefined,
    undefined,
  ]);
});

inTurn("the next run completes a rename that ended after any of its steps", [
  "directory",
  "pool",
], async (ground) => {
  const pair = await launched(ground);
  const before = await trees(ground, pair.from);
  // The instance goes without its own profile for a time, and so without this NIC.
  const nic = JSON.stringify({
    devices: { lan: { type: "nic", nictype: "p2p", name: "eth1" } },
  });
  await ground.ok(["query", "-X", "PATCH", "-d", nic, `/1.0/profiles/${pair.from}.lxops`]);
  const { "volatile.lan.hwaddr": mac } = (await ground.get(`/1.0/instances/${pair.from}`)).config;
  let { from, to } = pair;
  const argsOf = () => ["rename", "--force", "-name", from, "a.yaml", to];
  const count = await countSteps(ground, argsOf());
  assert(count >= 10);
  for (const done of cuts(ground, count)) {
    await firstSteps(ground, argsOf(), done);
    await ground.ok(argsOf());
    assertEquals(await names(ground, pair), all(to), `after ${done} of ${count} steps`);
    assertEquals(await trees(ground, to), before, `after ${done} of ${count} steps`);
    const { status, config: keys, profiles } = await ground.get(`/1.0/instances/${to}`);
    assertEquals(
      [status, keys["user.lxops.rename"], keys["user.lxops.restart"], profiles, keys["volatile.lan.hwaddr"]],
      ["Running", undefined, undefined, ["default", `${to}.lxops`], mac],
      `after ${done} of ${count} steps`,
    );
    [from, to] = [to, from];
  }
});
