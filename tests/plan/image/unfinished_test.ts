import { assertEquals } from "@std/assert";
import { planUnfinished } from "../../../lib/plan/image/unfinished.ts";
import {
  finalAlias,
  temporariesOf,
  temporaryOf,
  withTemporary,
} from "../../../lib/plan/instance/temporary_alias.ts";
import type { ImageInfo, RunState } from "../../../lib/ports/mod.ts";
import { findUnfinished } from "../../../lib/run/targets/strays.ts";
import { built } from "../../support/built_images.ts";

const RUN = "host machine boot 1 2";

/** An image with temporary aliases of runs, and others. */
function image(runs: Readonly<Record<string, string>>, aliases: readonly string[] = []): ImageInfo {
  return {
    ...built("1", 1, { aliases: [...Object.keys(runs), ...aliases] }),
    descriptions: Object.fromEntries(Object.entries(runs).map(([name, run]) => [name, `lxops run ${run}`])),
    uploadedAt: "2026-01-01T00:00:00Z",
  };
}

async function found(images: readonly ImageInfo[], olderSeconds?: number) {
  const states: Readonly<Record<string, RunState>> = { ended: "over", "goes on": "alive", far: "elsewhere" };
  const host = { runStates: () => Promise.resolve(new Map(Object.entries(states))) };
  const now = new Date("2026-01-02T00:00:00Z");
  return await findUnfinished(images, host, { now, ...(olderSeconds ? { olderSeconds } : {}) });
}

Deno.test("a temporary alias tells its run by its description, and no property of an image does", () => {
  const temporary = temporaryOf("ci/debian", "0123-4567", RUN);
  assertEquals(temporary, { alias: "ci/debian@new-012345", run: RUN });
  assertEquals(finalAlias(temporary.alias), "ci/debian");
  const { aliases: [made] } = withTemporary({ public: false }, temporary) as {
    readonly aliases: readonly { readonly name: string; readonly description: string }[];
  };
  const seen = { ...image({}, [made!.name, "web"]), descriptions: { [made!.name]: made!.description } };
  assertEquals(temporariesOf(seen), [temporary]);
  assertEquals(temporariesOf({ ...seen, descriptions: {} }), [{ ...temporary, run: "" }]);
  assertEquals(temporariesOf(image({}, ["web", "web@packages", "a@new-0123456"])), []);
});

Deno.test("findUnfinished() finds images of runs that have ended, and of other machines only by their age", async () => {
  const of = async (runs: Readonly<Record<string, string>>, older?: number) =>
    (await found([image(runs)], older)).map(({ names }) => names);
  assertEquals(await of({ "a@new-000001": "ended", "b@new-000002": "goes on" }), [["a@new-000001"]]);
  assertEquals(await of({ "a@new-000001": "goes on" }, 1), []);
  assertEquals(await of({ "a@new-000001": "far" }), []);
  assertEquals(await of({ "a@new-000001": "far" }, 3600), [["a@new-000001"]]);
  assertEquals(await of({ "a@new-000001": "far" }, 2 * 86_400), []);
  assertEquals(await found([image({}, ["web"])]), []);
});

Deno.test("planUnfinished() deletes images without another name, and only removes the name of others", async () => {
  const [one] = planUnfinished("p", await found([image({ "web@new-000001": "ended" })]));
  assertEquals(
    [one?.instance.name, one?.steps.map(({ title, effect, removes }) => [title, effect, removes])],
    [
      "web@new-000001",
      [[
        "Delete image web@new-000001, left by a run",
        { kind: "forget", project: "p", fingerprint: "1".repeat(64), names: ["web@new-000001"] },
        [{ kind: "image", project: "p", name: "1".repeat(64) }],
      ]],
    ],
  );
  const [named] = planUnfinished("p", await found([image({ "web@new-000001": "ended" }, ["web"])]));
  assertEquals([named?.steps[0]?.title, named?.steps[0]?.removes], [
    "Delete the name web@new-000001, left by a run",
    undefined,
  ]);
});
