import { assertEquals } from "@std/assert";
import { cachesOfJob } from "../../../lib/plan/ci/caches.ts";
import { worldOf } from "../world_spec.ts";

const caches = [{ name: "npm", path: "/npm" }];

Deno.test("cachesOfJob() gives jobs at the same time different volumes", () => {
  const disk = (source: string) => ({ cache0: { type: "disk", pool: "default", source, path: "/npm" } });
  const instances = [
    ...worldOf({
      instances: [
        { name: "a", devices: disk("lxops-cache-npm-0123456789abcdef-0") },
        { name: "b", devices: disk("lxops-cache-npm-0123456789abcdef-2") },
      ],
    }).instances.values(),
  ];
  assertEquals(cachesOfJob({ caches }, "0123456789abcdef99", instances), [
    { name: "npm-0123456789abcdef-1", path: "/npm" },
  ]);
  assertEquals(cachesOfJob({ caches }, "f".repeat(32), instances), [
    { name: `npm-${"f".repeat(16)}-0`, path: "/npm" },
  ]);
});
