import { assert, assertEquals } from "@std/assert";
import { danger, exposedComponents } from "../../../lib/plan/tree/held.ts";
import { worldOf, type WorldSpec } from "../world_spec.ts";

const own = { project: "default", name: "two" };

function disk(source: string, more: Readonly<Record<string, string>> = {}) {
  return { all: { type: "disk", path: "/all", source, ...more } };
}

function dangerOf(path: string, spec: WorldSpec): string {
  return danger(path, worldOf(spec), own)?.text ?? "";
}

Deno.test("danger() tells of an instance that runs with a directory around a path, of either daemon and any project", () => {
  const one = { name: "one", devices: disk("/srv/shared") };
  assert(dangerOf("/srv/shared/two", { instances: [one] }).includes('instance "one", which runs'));
  assert(
    dangerOf("/srv/shared/a/two", { instances: [{ ...one, project: "web" }] }).includes('"one", which runs'),
  );
  assert(dangerOf("/srv/shared/two", { otherDaemon: [one] }).includes('"one" of LXD, which runs'));
  // Of the same name, but of the other daemon or of another project.
  for (
    const spec of [{ otherDaemon: [{ ...one, name: "two" }] }, {
      instances: [{ ...one, name: "two", project: "p" }],
    }]
  ) {
    assert(dangerOf("/srv/shared/two", spec).includes("runs"), JSON.stringify(spec));
  }
});

Deno.test("danger() finds nothing in files that other users cannot write to", () => {
  const safe: readonly WorldSpec["instances"][] = [
    [{ name: "one", devices: disk("/srv/shared", { readonly: "true" }) }],
    [{ name: "one", devices: disk("/srv/shared/two") }],
    [{ name: "one", devices: disk("/srv/shared/two/below") }],
    [{ name: "one", devices: disk("/srv/share") }],
    [{ name: "two", devices: disk("/srv/shared") }],
    [{ name: "two-lxops-new", devices: disk("/srv/shared") }],
  ];
  for (const instances of safe) assertEquals(dangerOf("/srv/shared/two", { instances: instances! }), "");
});

Deno.test("danger() accepts a path of real directories whose holders are frozen", () => {
  for (const status of ["Stopped", "Frozen"]) {
    const instances = [{ name: "one", status, devices: disk("/srv/shared") }];
    const paths = { "/srv/shared/a": "directory", "/srv/shared/a/two": "directory" } as const;
    assertEquals(dangerOf("/srv/shared/a/two", { instances, paths }), "");
    assertEquals(dangerOf("/srv/shared/new", { instances, paths }), "");
    for (const link of Object.keys(paths)) {
      const found = dangerOf("/srv/shared/a/two", { instances, paths: { ...paths, [link]: "symlink" } });
      assert(found.includes(`"${link}" is a symlink`), found);
    }
    const file = dangerOf("/srv/shared/a/two", { instances, paths: { "/srv/shared/a": "file" } });
    assert(file.includes('"/srv/shared/a" is a file'), file);
  }
});

Deno.test("danger() follows the links that a person made above a device, by whatever name it is called", () => {
  const one = { name: "one", devices: disk("/mnt/big/shared") };
  const realPaths = { "/srv": "/mnt/big", "/mnt": "/mnt" };
  assert(dangerOf("/srv/shared/two", { instances: [one], realPaths }).includes("runs"));
  const named = { name: "one", devices: disk("/srv/shared") };
  const both = { ...realPaths, "/srv/shared": "/mnt/big/shared" };
  assert(dangerOf("/mnt/big/shared/two", { instances: [named], realPaths: both }).includes("runs"));
});

Deno.test("exposedComponents() names the paths to check, from the outermost device on", () => {
  const world = worldOf({
    instances: [{ name: "one", devices: disk("/srv/shared/a") }, {
      name: "two",
      devices: disk("/srv/shared"),
    }],
  });
  assertEquals(exposedComponents(["/srv/shared/a/b/c", "/srv/other"], world), [
    "/srv/shared/a",
    "/srv/shared/a/b",
    "/srv/shared/a/b/c",
  ]);
});
