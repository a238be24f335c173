/** Checks of instances in `up`: those that did not pass, and those that other instances wait for. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { decodeRecord, encodeRecord, RECORD_MARK } from "../../../../lib/plan/record/record.ts";
import { run } from "../../../fakes/memory_app.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { noControls, recorder } from "../../../fakes/recorder.ts";
import { worldOf } from "../../../plan/world_spec.ts";

const CHECKS = "checks: [{exec: test -e /ok, interval: 100ms, retries: 2}]\n";
const X = `#lxops-v1\nimage: tiny\n${CHECKS}`;
const Y = "#lxops-v1\nimage: tiny\nafter: {x: {until: healthy}}\n";
const RECORD = { lxops: "1", image: "tiny", fingerprint: "f1", items: [] };

interface Scene {
  /** Names of the instances that exist, with what their records say beside the image. */
  readonly instances: Readonly<Record<string, { readonly unchecked?: true }>>;
  readonly fails?: boolean;
  readonly x?: string;
  readonly command?: readonly string[];
}

/** Runs a command on instances of which one waits until the other is healthy. */
async function ran({ instances, fails = false, x = X, command = ["up"] }: Scene) {
  const world = worldOf({
    instances: Object.entries(instances).map(([name, more]) => ({
      name,
      status: "Running",
      profiles: ["default", `${name}.lxops`],
      config: {
        "user.lxops.config": `/c/${name}.yaml`,
        "user.lxops.image": "tiny",
        "volatile.base_image": "f1",
        [RECORD_MARK]: encodeRecord({
          ...RECORD,
          type: "container",
          profiles: ["default", `${name}.lxops`],
          ...more,
        }),
      },
    })),
    profiles: [{ name: "default" }, { name: "x.lxops" }, { name: "y.lxops" }],
    images: [{ aliases: ["tiny"], fingerprint: "f1" }],
  });
  const done: string[] = [];
  const records: boolean[] = [];
  const controls = recorder(memoryServer(world), {
    exec: ({ instance, argv }) => {
      if (!argv.join(" ").includes("test -e /ok")) return 0;
      done.push(`check ${instance.name}`);
      return fails ? 1 : 0;
    },
    send: ({ method, path, body }) => {
      done.push(`${method} ${path.replace(/\?.*/, "").replace("/1.0/", "")}`);
      const { config } = (body ?? {}) as { config?: Record<string, string> };
      const record = decodeRecord(config?.[RECORD_MARK]);
      if (record) records.push(record.unchecked ?? false);
    },
  });
  const result = await run([...command, "x.yaml", "y.yaml"], {
    world,
    files: { "/c/x.yaml": x, "/c/y.yaml": Y },
    controls: command[0] === "plan" ? noControls : () => controls,
  });
  return { ...result, done, records };
}

Deno.test("up runs the checks of an instance without changes that another one waits for", async () => {
  const good = await ran({ instances: { x: {} } });
  assertEquals(good.code, 0, good.stderr);
  assertEquals(good.done[0], "check x");
  assertEquals(good.done.filter((one) => one.includes("x")), ["check x"], "x itself does not change");
  assertStringIncludes(good.stdout, "x: up to date\ny: changed\n");
  const bad = await ran({ instances: { x: {} }, fails: true });
  assertEquals(bad.code, 5, bad.stderr);
  assertEquals(bad.done, ["check x", "check x"], "y is not begun");
});

Deno.test("up runs no checks where nothing changes and all have passed", async () => {
  const { code, done, stdout } = await ran({ instances: { x: {}, y: {} }, fails: true });
  assertEquals([code, done, stdout], [0, [], "x: up to date\ny: up to date\n"]);
});

Deno.test("up repeats checks that have not passed, and records that they have", async () => {
  const instances = { x: { unchecked: true }, y: {} } as const;
  const bad = await ran({ instances, fails: true });
  assertEquals([bad.code, bad.done], [5, ["check x", "check x"]]);
  const good = await ran({ instances });
  assertEquals([good.code, good.done, good.records], [0, ["check x", "PATCH instances/x"], [false]]);
  // Without checks, nothing is left to pass.
  const gone = await ran({ instances, fails: true, x: X.replace(CHECKS, "") });
  assertEquals([gone.code, gone.done], [0, []]);
});

Deno.test("a launch and a change record that the checks have not passed, until they have", async () => {
  const launched = await ran({ instances: { y: {} } });
  assertEquals([launched.code, launched.records], [0, [true, false]], launched.stderr);
  assertEquals((await ran({ instances: { y: {} }, fails: true })).records, [true]);
  const x = `${X}lxc-options: ["-c user.a=1"]\n`;
  const changed = await ran({ instances: { x: {}, y: {} }, x });
  assertEquals(changed.done, ["PATCH instances/x", "check x", "PATCH instances/x"], changed.stderr);
  assertEquals(changed.records, [true, false]);
});

Deno.test("plan says that checks have not passed", async () => {
  const { code, stdout } = await ran({ instances: { x: { unchecked: true }, y: {} }, command: ["plan"] });
  assertEquals(code, 10);
  assertStringIncludes(stdout, "x:\n  ~ checks (they have not passed since the last change)\n");
});
