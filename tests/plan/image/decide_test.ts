import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { StateError, UsageError } from "../../../lib/base/errors.ts";
import { planAlias, planBuild } from "../../../lib/plan/image/build.ts";
import { decide, groupsOf, type Wanted } from "../../../lib/plan/image/decide.ts";
import { sealFor, sealKey } from "../../../lib/plan/image/seal.ts";
import type { ImageInfo } from "../../../lib/ports/mod.ts";
import type { InstancePlan } from "../../../lib/step/step.ts";
import { targetsOf } from "../../support/targets.ts";
import { worldOf } from "../world_spec.ts";
import { FINGERPRINT, OPTIONS, recipe, WORLD } from "./recipes.ts";

const NO = { force: false, adopt: false };
const CLOUD = {
  "a.yaml": "image: tiny\nostype: alpine\ncloud-config-files: [a.cfg]\n",
  "a.cfg": "#cloud-config\npackages: [git]\nruncmd: [echo hello]\n",
};
const BUILD = {
  ...{
    resume: false,
    force: false,
    adopt: false,
    all: false,
    pauseSeconds: 0,
    stopSeconds: 60,
    readySeconds: 60,
  },
  ...{ run: "host m b 1 2", serial: "1", compression: "", notes: { built: "now", recipe: "/c/a.yaml" } },
};

async function wanted(files: Readonly<Record<string, string>>): Promise<readonly Wanted[]> {
  return (await targetsOf(files)).map((target, index) => ({
    target,
    options: { ...OPTIONS, name: `build-${index}`, alias: target.instance.name },
  }));
}

/** Decides about `a.yaml` in a world with more images. */
async function decided(more: readonly Partial<ImageInfo>[], options = {}) {
  const groups = groupsOf(await wanted(CLOUD));
  const world = worldOf({ ...WORLD, images: [...WORLD.images!, ...more] });
  return decide(groups, world, { ...NO, ...options })[0]!;
}

function titles({ steps }: InstancePlan): readonly string[] {
  return steps.map(({ title }) => title);
}

const image = (aliases: readonly string[], properties: Readonly<Record<string, string>>, letter = "c") => ({
  aliases,
  properties,
  fingerprint: letter.repeat(64),
});

/** Returns an image whose notes this user's lxops has sealed, or that of another user. */
function sealed(of: ReturnType<typeof image>, secret = OPTIONS.secret!) {
  const seal = sealFor(sealKey(secret, of.properties), of.fingerprint);
  return { ...of, properties: { ...of.properties, ...seal } };
}

Deno.test("an image with the same key is not built, and gets its name back where that was moved", async () => {
  const { key } = (await decided([])).recipe;
  const own = { "lxops.key": key! };
  assertEquals((await decided([sealed(image(["a"], own))])).what, "there");
  const moved = await decided([image(["a"], { "lxops.key": "other" }), sealed(image([], own, "d"))]);
  assertEquals(moved.what, "name");
  assertEquals(planAlias(moved.recipe, moved.image!).steps.map(({ effect }) => effect), [{
    kind: "send",
    method: "PUT",
    path: "/1.0/images/aliases/a",
    body: { target: "d".repeat(64), description: "" },
  }]);
  assertEquals((await decided([sealed(image(["a"], own))], { force: true })).what, "build");
  assertEquals((await decided([image(["a"], own)], { force: true, done: new Set(["a"]) })).what, "there");
});

Deno.test("an image without notes, or with notes of another user's lxops, does not count as built", async () => {
  const { recipe: { key, packagesKey, notes } } = await decided([]);
  assertEquals(notes, []);
  const own = { "lxops.key": key! };
  const others = [
    image(["a"], own),
    image(["a"], { ...own, "lxops.seal": "0".repeat(64) }),
    sealed(image(["a"], own), "6f".repeat(32)),
    // The seal is that of another image.
    { ...sealed(image(["a"], own, "d")), fingerprint: "c".repeat(64) },
  ];
  for (const other of others) {
    const { what, recipe } = await decided([other]);
    assertEquals([what, recipe.notes.length], ["build", 1]);
    assertStringIncludes(recipe.notes[0]!, "image cccccccccccc says that it was built of the same");
    assertEquals(planBuild(recipe, BUILD).notes, recipe.notes);
  }
  const both = await decided([image(["a"], own), sealed(image([], own, "d"))]);
  assertEquals([both.what, both.image?.fingerprint], ["name", "d".repeat(64)]);
  assertEquals((await decided([image(["a@packages"], { "lxops.key": packagesKey! })])).packages, undefined);
  // One that a killed run has left goes, unless it has got its name already.
  assertEquals((await decided([sealed(image(["a@new-012345"], own))])).what, "build");
  assertEquals((await decided([sealed(image(["a", "a@new-012345"], own))])).what, "there");
});

Deno.test("a build starts from existing packages", async () => {
  const { recipe: { packagesKey } } = await decided([]);
  const { what, packages, recipe } = await decided([
    sealed(image(["a@packages"], { "lxops.key": packagesKey! })),
  ]);
  assertEquals([what, packages?.fingerprint], ["build", "c".repeat(64)]);
  assertEquals(titles(planBuild(recipe, { ...BUILD, packages: packages! })).slice(0, 4), [
    "Create instance build-0 from the packages of a",
    "Start instance build-0",
    "Wait for network",
    "Apply cloud-config: 1 item",
  ]);
});

Deno.test("planBuild() keeps packages, moves the alias last, and takes the instance back where anything fails", async () => {
  const { recipe } = await decided([image(["a"], { "lxops.key": "old" })]);
  const plan = planBuild({ ...recipe, options: { ...recipe.options, checks: ["git --version"] } }, BUILD);
  assertEquals(titles(plan), [
    "Create instance build-0 from tiny",
    "Start instance build-0",
    "Wait for network",
    "Apply cloud-config: 1 item",
    "Remove what images must not share",
    "Stop instance build-0",
    "Publish the packages of a as a@packages",
    "Start instance build-0",
    "Wait for network",
    "Apply cloud-config: 1 item",
    "Check: git --version",
    "Remove what images must not share",
    "Stop instance build-0",
    "Publish image a",
    "Remove instance build-0",
  ]);
  assert(plan.steps[0]!.opens && plan.steps[0]!.undo && plan.steps.at(-1)!.closes);
  const effect = plan.steps.at(-2)!.effect;
  assert(effect.kind === "publish");
  assertEquals([effect.alias, effect.moves, effect.notes], ["a", true, {
    "lxops.alias": "a",
    "lxops.built": "now",
    "lxops.key": recipe.key!,
    "lxops.recipe": "/c/a.yaml",
    "lxops.base": FINGERPRINT,
    "lxops.base-alias": "tiny",
    "lxops.previous": "c".repeat(64),
  }]);
  const kept = planBuild(recipe, { ...BUILD, keepFailed: true });
  assertEquals([kept.steps[0]!.opens, titles(kept).at(-1)], [undefined, "Remove instance build-0"]);
});

Deno.test("planBuild() runs the checks of the configuration before anything is taken out for the image", async () => {
  const made = await recipe({ files: { "a.yaml": "image: tiny\nchecks: [{name: works, exec: [git]}]\n" } });
  const plan = planBuild({ ...made, options: { ...made.options, checks: ["true"] } }, BUILD);
  const at = titles(plan).indexOf("Check works");
  assertEquals(titles(plan).slice(at - 1, at + 2), [
    "Check: true",
    "Check works",
    "Remove what images must not share",
  ]);
  assertEquals(plan.steps[at]?.advice, ['The image "ci" is as before']);
});

Deno.test("recipes come after those whose images they are built from", async () => {
  const files = {
    "b.yaml": "image: a\n",
    "a.yaml": "image: tiny\n",
    "c.yaml": "image: local:a\n",
    "d.yaml": "image: tiny\n",
  };
  const groups = groupsOf(await wanted(files));
  assertEquals(groups.map((group) => group.map(({ options }) => options.alias)), [["a", "d"], ["b", "c"]]);
  const decisions = decide(groups, worldOf(WORLD), NO);
  assertEquals(decisions.map(({ what, recipe: { key } }) => [what, key !== undefined]), [
    ["build", true],
    ["build", true],
    ["build", false],
    ["build", false],
  ]);
  // What is shown says so, and starts from the alias.
  const { steps, notes } = planBuild(decisions[2]!.recipe, BUILD);
  const [{ effect } = { effect: undefined }] = steps;
  assertEquals(effect?.kind === "send" && (effect.body as { source: unknown }).source, {
    type: "image",
    alias: "a",
  });
  assertEquals(notes?.length, 1);
});

Deno.test("recipes that are built from each other, or are for one name, are refused", async () => {
  const circle = await wanted({ "a.yaml": "image: b\n", "b.yaml": "image: a\n" });
  assertThrows(() => groupsOf(circle), UsageError, "built from each other: a, b");
  const two = (await wanted({ "a.yaml": "image: tiny\n", "b.yaml": "image: tiny\n" }))
    .map((one) => ({ ...one, options: { ...one.options, alias: "x" } }));
  assertThrows(() => groupsOf(two), UsageError, `both for image "x"`);
});

Deno.test("an image is not built from itself, and takes no name from one that lxops did not build", async () => {
  const [self] = await wanted({ "tiny.yaml": "image: tiny\n" });
  assertThrows(() => decide(groupsOf([self!]), worldOf(WORLD), NO), Error, "built from itself");
  const error = await decided([image(["a"], {})]).catch((thrown) => thrown);
  assert(error instanceof StateError);
  assertEquals((await decided([image(["a"], {})], { adopt: true })).what, "build");
});

Deno.test("a remote base is the image that the daemon has downloaded", async () => {
  const origin = { server: "https://images.example.org", alias: "alpine/3.22" };
  const files = { "a.yaml": "image: images:alpine/3.22\n" };
  const there = { ...image([], {}), origin };
  const known = await recipe({ files, world: { ...WORLD, images: [there] } });
  assertEquals([known.base.info?.fingerprint, known.base.image.remote], [there.fingerprint, false]);
  const unknown = await recipe({ files });
  assertEquals([unknown.base.info, unknown.key, unknown.base.image.remote], [undefined, undefined, true]);
});

Deno.test("another user's image does not count as built by lxops after a change by hand", async () => {
  const edited = { "lxops.key": "edited", "lxops.alias": "a" };
  const error = await decided([image(["a"], edited)]).then(() => undefined, (thrown) => thrown);
  assert(error instanceof StateError && error.message.includes("that lxops did not build"));
  const own = { ...edited, "lxops.recipe": "/c/a.yaml" };
  assertEquals((await decided([image(["a"], own)])).what, "build");
});

Deno.test("a public image is public again, and its name moves from no other image", async () => {
  const { recipe } = await decided([{ ...image(["a"], { "lxops.key": "old" }), isPublic: true }]);
  const effect = planBuild(recipe, BUILD).steps.at(-2)!.effect;
  assert(effect.kind === "publish");
  assertEquals([(effect.body as { public: boolean }).public, effect.replaces], [true, "c".repeat(64)]);
});

Deno.test("planBuild() refuses raw.lxc that can mount directories of the host, which the cleaning would empty", async () => {
  const made = await recipe({
    files: {
      "a.yaml": 'image: tiny\nconfig: {raw.lxc: "lxc.mount.entry = /host/dir var/tmp none bind 0 0"}\n',
    },
  });
  const error = assertThrows(() => planBuild(made, BUILD), StateError);
  assert(error.message.includes("raw.lxc, of its configuration or of its profiles"));
});
