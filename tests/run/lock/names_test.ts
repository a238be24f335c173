import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import type { InstanceFilesystem } from "../../../lib/instance/instance.ts";
import { filesystemLock, inOrder, instanceLock, isShared } from "../../../lib/run/lock/names.ts";

Deno.test("instanceLock() names the instance, and its project unless that is the default one", async () => {
  const name = async (project: string, name: string) => (await instanceLock({ project, name })).name;
  assertEquals(await name("default", "web"), "lxops.lock.web");
  assertEquals(await name("", "web"), "lxops.lock.web");
  assertEquals(await name("team", "web"), "lxops.lock.team.web");
  assertEquals((await instanceLock({ project: "team", name: "web" })).project, "team");
});

Deno.test("instanceLock() hashes names that are too long, or that no profile can have", async () => {
  const long = "x".repeat(63);
  const names = await Promise.all(
    [["default", long], ["default", `${long.slice(1)}y`], ["a b", "web"], ["ab", long]]
      .map(async ([project, name]) => (await instanceLock({ project: project!, name: name! })).name),
  );
  for (const name of names) assertMatch(name, /^lxops\.lock-long\.[0-9a-f]{32}$/);
  assertEquals(new Set(names).size, names.length);
});

Deno.test("filesystemLock() is one for all projects, unless they have volumes of their own", async () => {
  const directory = { path: "/srv/shared" };
  const volume = {
    path: "volume:p/v",
    volume: { pool: "p", name: "v", properties: {} },
  } satisfies Partial<InstanceFilesystem>;
  const name = async (of: typeof directory | typeof volume, project: string, own = true) =>
    (await filesystemLock(of, project, own)).name;
  assertEquals(await name(directory, "a"), await name(directory, "default", false));
  assertNotEquals(await name(volume, "a"), await name(volume, "b"));
  assertEquals(await name(volume, "a", false), await name(volume, "default", false));
  const { project, otherwise } = await filesystemLock(directory, "a", true);
  assertEquals([project, otherwise], ["default", "a"]);
});

Deno.test("isShared() is true for filesystems whose place does not name the instance", () => {
  const shared = (pattern: string, path: string) =>
    isShared({ id: "f", path }, {
      name: "web",
      // deno-lint-ignore no-explicit-any
      config: { filesystems: { f: { pattern } } } as any,
    });
  assertEquals(shared("/srv/(instance)-data", "/srv/web-data"), false);
  assertEquals(shared("tank/(project_instance)", "tank/team_web"), false);
  assertEquals(shared("/srv/web", "/srv/web"), false);
  assert(shared("/srv/data", "/srv/data"));
  assert(shared("/srv/website", "/srv/website"));
});

Deno.test("inOrder() has each lock once, in one order", () => {
  const want = (name: string) => ({ project: "default", name, what: name });
  assertEquals(inOrder([want("b"), want("a"), want("b")]).map(({ name }) => name), ["a", "b"]);
});
