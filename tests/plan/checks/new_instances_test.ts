import { assertEquals } from "@std/assert";
import { dataOf, newInstances } from "../../../lib/plan/checks/new_instances.ts";
import { createInstance, startInstance } from "../../../lib/plan/requests/instances.ts";
import { send } from "../../../lib/step/build.ts";

const body = (name: string, more = {}) => ({
  name,
  type: "container" as const,
  source: { type: "image", fingerprint: "f" } as const,
  profiles: ["default", "p"],
  config: {},
  devices: { d: { type: "disk", source: "/srv/x", path: "/x" } },
  ephemeral: false,
  description: "",
  ...more,
});

Deno.test("newInstances() finds instances that are created and started, by one request or by two", () => {
  const one = send("Create and start", createInstance("default", body("a", { start: true })));
  const create = send("Create", createInstance("p1", body("b")));
  const start = send("Start", startInstance({ project: "p1", name: "b" }));
  const other = send("Start another one", startInstance({ project: "p1", name: "c" }));
  const plan = (...each: readonly (typeof one)[][]) => ({
    first: [],
    each: each.map((steps) => ({ instance: { project: "", name: "" }, steps })),
  });
  const found = newInstances(
    plan([one], [create, other, start], [send("Create", createInstance("", body("d"))), other]),
  );
  assertEquals(found.map(({ project, name, profiles, start }) => [project, name, profiles, start]), [
    ["default", "a", ["default", "p"], one],
    ["p1", "b", ["default", "p"], start],
  ]);
  assertEquals(newInstances(plan([start])), []);
});

Deno.test("dataOf() takes directories with the instance's name for its own, and nothing that it cannot write to", () => {
  const disk = (source: string, more = {}) => ({ type: "disk", path: "/x", source, ...more });
  const { uses, own } = dataOf({ project: "", name: "web" }, {
    root: { type: "disk", path: "/", pool: "default" },
    own: disk("/srv/web/data"),
    shared: disk("/srv/media"),
    read: disk("/srv/web/logs", { readonly: "true" }),
    volume: disk("web", { pool: "default" }),
    eth0: { type: "nic" },
  });
  assertEquals(uses, [
    { directory: "/srv/web/data", instance: "web", own: true },
    { directory: "/srv/media", instance: "web", own: false },
  ]);
  assertEquals(own.map(([name]) => name), ["own"]);
});
