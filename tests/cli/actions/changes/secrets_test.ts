/** Items with secrets are compared by keyed hashes, whose key comes from a file of the user. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { recordSecretOf } from "../../../../lib/cli/shared/lifecycle/record_secret.ts";
import { decodeRecord, RECORD_MARK } from "../../../../lib/plan/record/record.ts";
import type { World } from "../../../../lib/plan/world.ts";
import type { PathInfo } from "../../../../lib/ports/mod.ts";
import type { Plan } from "../../../../lib/step/step.ts";
import { run } from "../../../fakes/memory_app.ts";
import { memoryHost } from "../../../fakes/memory_host.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { noControls, recorder } from "../../../fakes/recorder.ts";
import { worldOf, type WorldSpec } from "../../../plan/world_spec.ts";

const PATH = "/root/.config/lxops/record.key";
const SECRET = "ab".repeat(32);
const OWN: PathInfo = { kind: "file", mode: 0o600, uid: 0, gid: 0, size: 65 };

const CFG = (password: string) =>
  `#cloud-config\nusers: [{name: ann, plain_text_passwd: ${password}, lock_passwd: false}]\nruncmd: [date]\n`;

const FILES = { "/c/a.yaml": "#lxops-v1\nimage: tiny\nostype: debian\ncloud-config-files: [a.cfg]\n" };

/** A world in which the secret is in its file. */
function withSecret(spec: WorldSpec, mode = 0o600): World {
  const world = worldOf({ images: [{ aliases: ["tiny"], fingerprint: "f1" }], ...spec });
  return { ...world, paths: new Map([...world.paths, [PATH, { ...OWN, mode }]]) };
}

/** Launches an instance, and returns its record. */
async function launched(): Promise<string> {
  const world = withSecret({});
  const recorded = recorder(memoryServer(world));
  const { code, stderr } = await run(["launch", "a.yaml"], {
    world,
    files: { ...FILES, "/c/a.cfg": CFG("hunter2"), [PATH]: `${SECRET}\n` },
    controls: () => recorded,
  });
  assertEquals(code, 0, stderr);
  const bodies = recorded.effects.flatMap((one) => one.kind === "send" ? [one.body] : []);
  const texts = bodies.flatMap((body) =>
    (body as { config?: Record<string, string> } | undefined)?.config?.[RECORD_MARK] ?? []
  );
  return texts.at(-1)!;
}

/** Compares the instance with its file, and returns the plan and the files that were read in the instance. */
async function planned(record: string, { password = "hunter2", mode = 0o600, status = "Running" } = {}) {
  const world = withSecret({
    instances: [{
      name: "a",
      status,
      profiles: ["default", "a.lxops"],
      config: {
        "user.lxops.image": "tiny",
        "volatile.base_image": "f1",
        "volatile.last_state.power": "STOPPED",
        [RECORD_MARK]: record,
      },
    }],
    profiles: [{ name: "default" }, { name: "a.lxops" }],
  }, mode);
  const asked: string[] = [];
  const server = memoryServer(world);
  const watched = {
    ...server,
    readSmall: (...all: Parameters<typeof server.readSmall>) => {
      asked.push(all[1]);
      return server.readSmall(...all);
    },
  };
  const { stdout } = await run(["plan", "a.yaml"], {
    world,
    server: watched,
    files: { ...FILES, "/c/a.cfg": CFG(password), [PATH]: `${SECRET}\n` },
    controls: noControls,
  });
  return { lines: stdout.split("\n").filter((line) => line.startsWith("  ")), asked };
}

Deno.test("with the user's secret, nothing is read in an instance to see that its secrets are applied", async () => {
  const record = await launched();
  const { items, key } = decodeRecord(record)!;
  assert(Array.isArray(items) && items.some((one) => /^k[0-9a-f]{12}$/.test(one)));
  assertMatch(key!, /^[0-9a-f]{8}$/);
  assertEquals(await planned(record), { lines: [], asked: [] });
  // In a stopped instance, the change would not be visible.
  const stopped = await planned(record, { password: "other", status: "Stopped" });
  assertEquals([stopped.lines.length, stopped.asked], [2, []]);
});

Deno.test("a secret that other users can read is not used, but the key in the instance is", async () => {
  const { asked } = await planned(await launched(), { mode: 0o644 });
  assertEquals(asked[0], "/var/lib/lxops/key");
});

/** Plans that give an instance a key, or none. */
const PLAN: Plan = { first: [], each: [{ instance: { project: "", name: "a" }, steps: [], recordKey: "k" }] };

Deno.test("a secret is created where there is none, and kept with the first key that is made from it", async () => {
  const random = () => crypto.randomUUID();
  const { options, keeping } = await recordSecretOf({ host: memoryHost(), random });
  assertMatch(options.recordSecret!, /^[0-9a-f]{64}$/);
  const [step] = keeping(PLAN).first;
  assertEquals(step!.effect, {
    kind: "write",
    path: PATH,
    text: `${options.recordSecret}\n`,
    mode: 0o600,
    secret: true,
    optional: true,
  });
  assertEquals(keeping({ first: [], each: [] }).first, []);
});

Deno.test("a file in its place is left alone", async () => {
  const random = () => crypto.randomUUID();
  for (const [info, text] of [[OWN, "no secret"], [{ ...OWN, mode: 0o644 }, SECRET]] as const) {
    const host = memoryHost({ files: { [PATH]: text }, paths: { [PATH]: info } });
    const { options, keeping } = await recordSecretOf({ host, random });
    assertEquals([options, keeping(PLAN).first], [{}, []]);
  }
});
