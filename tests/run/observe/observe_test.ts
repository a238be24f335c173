import { assertEquals, assertRejects } from "@std/assert";
import { LxopsError } from "../../../lib/base/errors.ts";
import { planDelete } from "../../../lib/plan/lifecycle/delete.ts";
import type { Target, World } from "../../../lib/plan/world.ts";
import type { Host } from "../../../lib/ports/mod.ts";
import type { Needs } from "../../../lib/run/observe/needs.ts";
import { observe } from "../../../lib/run/observe/observe.ts";
import { memoryHost } from "../../fakes/memory_host.ts";
import { memoryServer, type MemoryServerOptions } from "../../fakes/memory_server.ts";
import { targetsOf } from "../../support/targets.ts";
import { worldOf, type WorldSpec } from "../../plan/world_spec.ts";

async function observed(
  targets: readonly Target[],
  needs: Needs,
  spec: WorldSpec = {},
  more: { readonly host?: Host; readonly server?: MemoryServerOptions } = {},
): Promise<{ world: World; questions: readonly string[] }> {
  const known = worldOf(spec);
  const server = memoryServer(known, more.server);
  const host = more.host ?? memoryHost({ datasets: known.datasets });
  const world = await observe(targets, needs, {
    backend: known.backend,
    host,
    server,
    remotes: known.remotes,
  });
  return { world, questions: server.questions };
}

const FIVE = Object.fromEntries(["a", "b", "c", "d", "e"].map((name) => [`${name}.yaml`, "image: tiny\n"]));

Deno.test("observe() asks one question of each kind, however many instances there are", async () => {
  const { questions } = await observed(await targetsOf(FIVE), { images: true });
  assertEquals(questions.toSorted(), ["images default", "instances default", "profiles default", "server"]);
});

Deno.test("observe() asks for images only where they are needed", async () => {
  const { questions } = await observed(await targetsOf(FIVE), {});
  assertEquals(questions.toSorted(), ["instances default", "profiles default", "server"]);
});

Deno.test("observe() asks once for each project that targets are in", async () => {
  const targets = await targetsOf({ ...FIVE, "w.yaml": "image: tiny\nproject: web\n" });
  const { questions } = await observed(targets, {});
  assertEquals(questions.toSorted(), [
    "instances default",
    "instances web",
    "profiles default",
    "profiles web",
    "server",
  ]);
});

Deno.test("observe() asks for the instances of all projects where it matters who else uses a filesystem", async () => {
  const { questions } = await observed(await targetsOf(FIVE), { allProjects: true }, {}, {
    server: { projects: ["default", "web"] },
  });
  assertEquals(questions.filter((one) => /^(instances|projects)/.test(one)).toSorted(), [
    "instances undefined",
    "projects",
  ]);
});

Deno.test("observe() asks for snapshots and journals of the targets' instances and of leftovers of a rebuild", async () => {
  const { world, questions } = await observed(await targetsOf(FIVE), { snapshots: true, journals: true }, {
    instances: [{ name: "a" }, { name: "b-lxops-new" }, { name: "other" }],
    snapshots: { a: ["one", "two/three"] },
    journals: { a: "text" },
  });
  assertEquals(questions.filter((one) => /^(get|file)/.test(one)).toSorted(), [
    "file default/a/var/lib/lxops/journal",
    "file default/b-lxops-new/var/lib/lxops/journal",
    "get /1.0/instances/a/snapshots",
    "get /1.0/instances/b-lxops-new/snapshots",
  ]);
  assertEquals(world.snapshots.get("default/a"), ["one", "two/three"]);
  assertEquals(world.journals, new Map([["default/a", "text"], ["default/b-lxops-new", ""]]));
});

Deno.test("observe() asks for the users of instances that have devices, and can tell", async () => {
  const devices = "image: tiny\ndevices: {x: {path: /x, dir: /srv/x}}\n";
  const { world, questions } = await observed(
    await targetsOf({ "a.yaml": devices, "b.yaml": "image: tiny\n", "c.yaml": devices, "d.yaml": devices }),
    { accounts: true },
    {
      instances: [{ name: "a" }, { name: "b" }, { name: "c", type: "virtual-machine" }],
      accounts: { a: { passwd: "x:x:5:5::/:/bin/sh\n", group: "x:x:5:\n" } },
    },
  );
  assertEquals(questions.filter((one) => one.startsWith("file")).toSorted(), [
    "file default/a/etc/group",
    "file default/a/etc/passwd",
  ]);
  assertEquals([...world.accounts.keys()], ["default/a"]);
});

Deno.test("observe() asks for each network that configurations name once", async () => {
  const targets = await targetsOf({
    "a.yaml": "image: tiny\nlxc-options: [-n, br1]\n",
    "b.yaml": "image: tiny\nlxc-options: [--network=br1]\n",
    "c.yaml": "image: tiny\nlxc-options: [-n, gone]\n",
    "d.yaml": "image: tiny\nproject: web\nlxc-options: [-n, br1]\n",
  });
  const { world, questions } = await observed(targets, {}, {
    networks: { br1: { managed: true, type: "bridge" } },
  });
  assertEquals(questions.filter((one) => one.startsWith("get")).toSorted(), [
    "get /1.0/networks/br1",
    "get /1.0/networks/br1?project=web",
    "get /1.0/networks/gone",
  ]);
  assertEquals(world.networks, new Map([["default/br1", { managed: true, type: "bridge" }]]));
});

Deno.test("observe() leaves options that are wrong to the commands that need them", async () => {
  const targets = await targetsOf({ "a.yaml": "image: tiny\nlxc-options: [--unknown]\n" });
  const { world } = await observed(targets, {}, { instances: [{ name: "a", status: "Stopped" }] });
  const options = {
    resume: false,
    force: false,
    adopt: false,
    all: false,
    stopSeconds: 1,
    readySeconds: 1,
    pauseSeconds: 0,
  };
  assertEquals(planDelete(targets[0]!, world, options).steps.map(({ title }) => title), [
    "Delete instance a",
  ]);
});

Deno.test("observe() asks ZFS nothing where no configuration has a dataset", async () => {
  const host = {
    ...memoryHost(),
    datasets: () => {
      throw new Error("nobody asked for datasets");
    },
  };
  const targets = await targetsOf({ "a.yaml": "image: tiny\nfilesystems: {d: {pattern: /srv/x}}\n" });
  const { world } = await observed(targets, {}, {}, { host });
  assertEquals([...world.paths.keys()], ["/srv/x", "/srv/x.lxops-replaced"]);
});

Deno.test("observe() says which path it may not look at, and is no defect", async () => {
  const host = {
    ...memoryHost({ isRoot: false }),
    lstat: () =>
      Promise.reject(Object.assign(new Error("Permission denied (os error 13)"), { code: "EACCES" })),
  };
  const targets = await targetsOf({ "a.yaml": "image: tiny\nfilesystems: {d: {pattern: /srv/x}}\n" });
  const error = await assertRejects(() => observed(targets, {}, {}, { host }), LxopsError);
  assertEquals([error.message, error.advice.length], [
    'Cannot look at "/srv/x": Permission denied (os error 13)',
    1,
  ]);
});

Deno.test("observe() takes the base of idmaps from the files of the machine", async () => {
  const files = { "/etc/subuid": "me:1:65536\nroot:231072:65536\n", "/etc/subgid": "0:500000:1000000000\n" };
  const { world } = await observed([], {}, {}, { host: memoryHost({ files }) });
  assertEquals(world.idmapBase, { uid: 231072, gid: 500000 });
});
