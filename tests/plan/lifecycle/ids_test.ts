import { assertEquals, assertStringIncludes } from "@std/assert";
import { notedIds } from "../../../lib/cloudconfig/model/known_ids.ts";
import { withNote } from "../../../lib/plan/lifecycle/ids.ts";
import { planConfigure } from "../../../lib/plan/lifecycle/configure.ts";
import { planRebuild } from "../../../lib/plan/lifecycle/rebuild/rebuild.ts";
import type { Effect } from "../../../lib/step/step.ts";
import { targetsOf } from "../../support/targets.ts";
import { worldOf, type WorldSpec } from "../world_spec.ts";

const FILE = `image: tiny
ostype: alpine
devices: {data: {path: /srv/data, dir: /srv/x}}
`;

const ACCOUNTS = { passwd: "nginx:x:101:102::/var/lib/nginx:/bin/false\n", group: "nginx:x:102:\n" };

async function plan(spec: WorldSpec, resume = false): Promise<readonly Effect[]> {
  const [target] = await targetsOf({ "a.yaml": FILE });
  const options = { resume, force: false, adopt: false, all: false, deleteSnapshots: false };
  const times = { stopSeconds: 1, readySeconds: 1, pauseSeconds: 0 };
  const { steps } = planRebuild(target!, worldOf({ paths: { "/srv/x": "directory" }, ...spec }), {
    ...options,
    ...times,
  });
  return steps.map(({ effect }) => effect);
}

/** The notes of ids that requests of a plan leave, in order. */
function notes(effects: readonly Effect[]): readonly string[] {
  return effects.flatMap((effect) => {
    const body = effect.kind === "send" ? effect.body as { config?: Record<string, string> } : {};
    return body?.config?.["user.lxops.ids"] ?? [];
  });
}

const instance = (name: string, ids?: string) => ({
  name,
  config: { "user.lxops.config": "/c/a.yaml", ...(ids === undefined ? {} : { "user.lxops.ids": ids }) },
});

Deno.test("a rebuild notes the ids on the new instance, and leaves the first unused one", async () => {
  const effects = await plan({
    instances: [instance("a", "f:1007\n")],
    accounts: { a: ACCOUNTS },
  });
  assertEquals(notes(effects), [
    "f:1007\ng:nginx:102\nu:nginx:101:102:/var/lib/nginx:/bin/false\n",
    "f:1007\n",
  ]);
  const [batch] = effects.filter(({ kind }) => kind === "batch");
  assertStringIncludes(
    batch?.kind === "batch" ? batch.stdin! : "",
    "u:nginx:101:102:/var/lib/nginx:/bin/false",
  );
});

Deno.test("a rebuild without anything that tells ids has no step for them", async () => {
  const effects = await plan({ instances: [instance("a")] });
  assertEquals([notes(effects), effects.filter(({ kind }) => kind === "batch")], [[], []]);
});

Deno.test("a note of ids is copied to the new instance", () => {
  const [info] = [...worldOf({ instances: [instance("a")] }).instances.values()];
  const ids = { users: [], groups: [{ name: "x", gid: 5 }] };
  assertEquals(notedIds(withNote(info!, ids).config), ids);
  assertEquals(withNote(info!, undefined), info);
});

Deno.test("a resumed rebuild takes no ids from the instance that has taken the name", async () => {
  const replaced = instance("a", "f:1007\n");
  const config = { ...replaced.config, "user.lxops.role": "new" };
  const effects = await plan({
    instances: [{ ...replaced, config }, { ...instance("a-lxops-old-1"), status: "Stopped" }],
    accounts: { a: ACCOUNTS },
  }, true);
  assertEquals(JSON.stringify(effects).includes("u:nginx"), false);
});

Deno.test("users who come back without a rebuild get their ids, and others are still remembered", async () => {
  const [target] = await targetsOf({
    "a.yaml": `${FILE}cloud-config-files: [a.cfg]\n`,
    "a.cfg": "#cloud-config\nusers: [{name: olga}]\n",
  });
  const gone =
    "G:olga:1001\nG:vera:1002\nU:olga:1001:1001:/home/olga:/bin/sh\nU:vera:1002:1002:/home/vera:/bin/sh\n";
  const batchOf = (ids: string) => {
    const { steps } = planConfigure(target!, worldOf({ instances: [instance("a", ids)] }), {
      resume: false,
      force: false,
      adopt: false,
      all: false,
      stopSeconds: 1,
      readySeconds: 1,
      pauseSeconds: 0,
    });
    const effect = steps.map((step) => step.effect).find(({ kind }) => kind === "batch");
    return effect?.kind === "batch" ? effect : undefined;
  };
  const batch = batchOf(`f:1007\n${gone}`);
  assertStringIncludes(batch?.stdin ?? "", "u:olga:1001:1001:/home/olga:/bin/sh");
  assertEquals([batch?.stdin?.includes("vera"), batch?.items.length], [false, 2]);
  assertEquals(batchOf("f:1007\n")?.items.length, 1);
});
