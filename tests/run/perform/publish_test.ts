import { assertEquals } from "@std/assert";
import { ServerError, StateError } from "../../../lib/base/errors.ts";
import type { InstanceServer } from "../../../lib/ports/mod.ts";
import { sealFor } from "../../../lib/plan/image/seal.ts";
import { perform } from "../../../lib/run/perform/perform.ts";
import type { Effect } from "../../../lib/step/step.ts";
import { memoryServer } from "../../fakes/memory_server.ts";
import { recorder, type RecorderOptions } from "../../fakes/recorder.ts";
import { worldOf } from "../../plan/world_spec.ts";

async function performed(
  effect: Effect,
  { answers, ...setup }: RecorderOptions & { readonly answers?: Partial<InstanceServer> },
) {
  const controls = recorder({ ...memoryServer(worldOf({})), ...answers }, setup);
  const { signal } = new AbortController();
  const error = await perform(effect, { instance: "a", controls, report: () => {}, signal })
    .then(() => undefined, (thrown) => thrown);
  return { effects: controls.effects, error };
}

const PUBLISH: Effect = {
  kind: "publish",
  project: "web",
  alias: "site",
  method: "POST",
  path: "/1.0/images?project=web",
  body: {},
};
const SAME = "ab".repeat(32);

Deno.test("perform() gives the name of a published image to the same existing image", async () => {
  const { effects, error } = await performed(PUBLISH, {
    send: ({ path }) => {
      if (path === PUBLISH.path) {
        throw new ServerError(`The image already exists: ${SAME} (POST /1.0/images)`, { status: 400 });
      }
    },
  });
  assertEquals(error, undefined);
  assertEquals(effects.at(-1), {
    kind: "send",
    method: "POST",
    path: "/1.0/images/aliases?project=web",
    body: { name: "site", target: SAME, description: "" },
  });
  const other = await performed(PUBLISH, {
    send: () => Promise.reject(new ServerError("Alias already exists", { status: 409 })),
  });
  assertEquals([other.error.message, other.effects.length], ["Alias already exists", 1]);
});

Deno.test("perform() moves the name from another image in one request, and makes it where nothing has it", async () => {
  const moving: Effect = { ...PUBLISH, moves: true };
  const other = "cd".repeat(32);
  const made = (there: unknown, answer: unknown = { fingerprint: other }, effect = moving) =>
    performed(effect, {
      answers: { get: () => Promise.resolve(there) },
      send: ({ method }) => method === "POST" ? answer : undefined,
    });
  const path = "/1.0/images/aliases/site?project=web";
  assertEquals((await made({ target: SAME, description: "d" })).effects.slice(1), [
    { kind: "send", method: "PUT", path, body: { target: other, description: "d" } },
  ]);
  assertEquals((await made(undefined)).effects.slice(1), [{
    kind: "send",
    method: "POST",
    path: "/1.0/images/aliases?project=web",
    body: { name: "site", target: other, description: "" },
  }]);
  const noted = await made(undefined, { fingerprint: other }, { ...moving, notes: { "lxops.key": "k" } });
  assertEquals(noted.effects[1], {
    kind: "send",
    method: "PATCH",
    path: `/1.0/images/${other}?project=web`,
    body: { properties: { "lxops.key": "k" } },
  });
  const seal = "5e".repeat(32);
  const sealed = await made(undefined, { fingerprint: other }, {
    ...moving,
    seal,
    notes: { "lxops.key": "k" },
  });
  assertEquals(sealed.effects[1], {
    kind: "send",
    method: "PATCH",
    path: `/1.0/images/${other}?project=web`,
    body: { properties: { "lxops.key": "k", ...sealFor(seal, other) } },
  });
  const inherited = { os: "alpine", "lxops.recipe": "/x", "lxops.key": "old" };
  const there = { public: true, expires_at: "2027", cached: false, properties: inherited };
  const cleaned = await made(there, { fingerprint: other }, { ...moving, notes: { "lxops.key": "k" } });
  assertEquals(cleaned.effects[1], {
    kind: "send",
    method: "PUT",
    path: `/1.0/images/${other}?project=web`,
    body: { public: true, expires_at: "2027", properties: { os: "alpine", "lxops.key": "k" } },
  });
  // An answer without a fingerprint names nothing.
  assertEquals((await made({}, {})).error instanceof ServerError, true);
});

Deno.test("perform() leaves a name alone that another image got meanwhile", async () => {
  const [made, other] = ["cd".repeat(32), "ef".repeat(32)];
  const moved = async (there: unknown, replaces: string) => {
    const { effects, error } = await performed({ ...PUBLISH, moves: true, replaces }, {
      answers: { get: () => Promise.resolve(there) },
      send: ({ method }) => method === "POST" ? { fingerprint: made } : undefined,
    });
    return [effects.length, error instanceof StateError ? error.message : error];
  };
  assertEquals(await moved({ target: SAME }, SAME), [2, undefined]);
  assertEquals(await moved({ target: made }, SAME), [2, undefined]);
  assertEquals(await moved(undefined, ""), [2, undefined]);
  for (const replaces of ["", SAME]) {
    assertEquals(await moved({ target: other }, replaces), [
      1,
      'Somebody has given the name "site" to another image meanwhile (efefefefefef), which keeps it',
    ]);
  }
  const [sent, message] = await moved(undefined, SAME);
  assertEquals([sent, String(message).startsWith("Somebody has taken the name")], [1, true]);
});

Deno.test("perform() gives an image a temporary alias until it has its own", async () => {
  const [made, other] = ["cd".repeat(32), "ef".repeat(32)];
  const moving = {
    ...PUBLISH,
    ...{ moves: true, notes: { "lxops.key": "k" }, replaces: "" } as const,
    temporary: { alias: "site@new-012345", run: "host m b 1 2" },
  };
  const done = async (there: unknown, failing = "") => {
    const { effects, error } = await performed(moving, {
      answers: { get: () => Promise.resolve(there) },
      send: ({ method, path }) => {
        if (`${method} ${path}`.startsWith(failing || "-")) throw new ServerError("No", { status: 404 });
        return path === PUBLISH.path ? { fingerprint: made } : undefined;
      },
    });
    const paths = effects.map((effect) => effect.kind === "send" ? `${effect.method} ${effect.path}` : "");
    return { paths, error, first: effects[0] };
  };
  const alias = "/1.0/images/aliases/site%40new-012345?project=web";
  const all = [
    "POST /1.0/images?project=web",
    `PATCH /1.0/images/${made}?project=web`,
    "POST /1.0/images/aliases?project=web",
    `DELETE ${alias}`,
  ];
  const { paths, first, error } = await done(undefined);
  assertEquals([paths, error], [all, undefined]);
  assertEquals<unknown>(first, {
    kind: "send",
    method: "POST",
    path: PUBLISH.path,
    body: { aliases: [{ name: "site@new-012345", description: "lxops run host m b 1 2" }] },
  });
  // Another run may have taken the alias; an image whose fingerprint was printed stays, without its alias.
  assertEquals((await done(undefined, "DELETE")).error, undefined);
  const refused = await done({ target: other });
  assertEquals([refused.paths, refused.error instanceof StateError], [
    [...all.slice(0, 2), all.at(-1)],
    true,
  ]);
  // Where it cannot be noted, the next run finds it.
  assertEquals((await done(undefined, "PATCH")).paths, all.slice(0, 2));
});

Deno.test("perform() forgets an image only where it has no name, but for those that do not count", async () => {
  const images = (aliases: readonly string[]) => ({
    answers: {
      images: () =>
        Promise.resolve([{
          fingerprint: SAME,
          aliases,
          type: "container",
          architecture: "x86_64",
          properties: {},
        }]),
    },
  });
  const forget: Effect = { kind: "forget", project: "default", fingerprint: SAME };
  assertEquals((await performed(forget, images(["site"]))).effects, []);
  assertEquals((await performed(forget, images([]))).effects, [
    { kind: "send", method: "DELETE", path: `/1.0/images/${SAME}` },
  ]);
  const gone = { kind: "send", method: "DELETE", path: `/1.0/images/${SAME}` } as const;
  const names = { ...forget, names: ["site@new-012345"] };
  assertEquals((await performed(names, images(["site@new-012345"]))).effects, [gone]);
  assertEquals((await performed(names, images(["site", "site@new-012345"]))).effects, [
    { ...gone, path: "/1.0/images/aliases/site%40new-012345" },
  ]);
  assertEquals((await performed(names, images(["site"]))).effects, []);
  assertEquals((await performed(names, { answers: { images: () => Promise.resolve([]) } })).effects, []);
});
