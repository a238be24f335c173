import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../../../lib/base/errors.ts";
import { resolve } from "../../../../lib/plan/instance/resolve/resolve.ts";
import { need } from "../../../../lib/plan/instance/resolve/resolved.ts";
import { targetsOf } from "../../../support/targets.ts";
import { worldOf, type WorldSpec } from "../../world_spec.ts";

async function resolved(yaml: string, spec: WorldSpec = {}, options: Parameters<typeof resolve>[2] = {}) {
  const [target] = await targetsOf({ "a.yaml": yaml });
  return resolve(target!, worldOf(spec), options);
}

Deno.test("resolve() reads environment files as the clients do, and options override them", async () => {
  const files = {
    "a.yaml":
      "image: tiny\nlxc-options: [--environment-file, sub/x.env, -c, environment.A=2, --environment-file=y.env]\n",
    "sub/x.env": "A=1\n\nB=x=y\nC\n",
    "y.env": "B=3\n",
  };
  const [target] = await targetsOf(files);
  assertEquals({ ...need(resolve(target!, worldOf({})).creation).options.config }, {
    "environment.A": "2",
    "environment.B": "3",
    "environment.C": "",
  });
  const { "y.env": _, ...others } = files;
  const [without] = await targetsOf(others);
  const { profiles, creation } = resolve(without!, worldOf({}));
  const { issues } = assertThrows(() => need(creation), ConfigError);
  assertEquals(issues.map(({ line, message }) => [line, message]), [[3, "No such file: y.env"]]);
  assertEquals(need(profiles), ["default", "a.lxops"]);
});

Deno.test("resolve() lets the command line override the configuration", async () => {
  const { creation } = await resolved("image: tiny\ntype: container\ntarget: one\n", {}, {
    vm: true,
    member: "two",
  });
  const { vm, target } = need(creation).options;
  assertEquals([vm, target], [true, "two"]);
});

Deno.test("resolve() throws the error of an image only where the image is needed", async () => {
  const { image, root, profiles } = await resolved("image: gone\n");
  assertEquals(need(profiles), ["default", "a.lxops"]);
  for (const wrong of [image, root!]) {
    const { issues } = assertThrows(() => need(wrong), ConfigError);
    assertEquals(issues.map(({ key }) => key), ["image"]);
  }
});

Deno.test("resolve() finds a new root filesystem for a new instance or a rebuild, and none otherwise", async () => {
  const yaml = "image: tiny\n";
  const there: WorldSpec = { instances: [{ name: "a" }] };
  assertEquals(need((await resolved(yaml)).root!).text, "tiny");
  assertEquals((await resolved(yaml, there)).root, undefined);
  assertEquals(need((await resolved(yaml, there, { replaceRoot: true })).root!).text, "tiny");
  assertEquals((await resolved(yaml, there)).info?.name, "a");
});
