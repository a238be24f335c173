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
  readonly operands?: readonly string[];
  /** The state of x, and the file that it was made from. */
  readonly status?: string;
  readonly file?: string;
}

/** Runs a command on instances of which one waits until the other is healthy. */
async function ran({ instances, fails = false, x = X, command = ["up"], ...scene }: Scene) {
  const { operands = ["x.yaml", "y.yaml"], status = "Running", file } = scene;
  const world = worldOf({
    instances: Object.entries(instances).map(([name, more]) => ({
      name,
      status: name === "x" ? status : "Running",
      profiles: ["default", `${name}.lxops`],
      config: {
        "user.lxops.config": name === "x" && file ? file : `/c/${name}.yaml`,
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
    paths: { "/c/x.yaml": "file" },
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
  const result = await run([...command, ...operands], {
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

Deno.test("a check that passes is not repeated by up, and one that fails is", async () => {
  for (const fails of [false, true]) {
    const { code, records, done } = await ran({
      instances: { x: { unchecked: true }, y: {} },
      command: ["check"],
      operands: ["x.yaml"],
      fails,
    });
    assertEquals([code, records], fails ? [5, []] : [0, [false]], done.join());
  }
  const { done } = await ran({ instances: { x: {}, y: {} }, command: ["check"], operands: ["x.yaml"] });
  assertEquals(done, ["check x"]);
});

Deno.test("plan says that checks have not passed", async () => {
  const { code, stdout } = await ran({ instances: { x: { unchecked: true }, y: {} }, command: ["plan"] });
  assertEquals(code, 10);
  assertStringIncludes(stdout, "x:\n  ~ checks (they have not passed since the last change)\n");
});

Deno.test("up of an instance runs the checks of the one that it waits for, although that is no operand", async () => {
  const good = await ran({ instances: { x: {} }, operands: ["y.yaml"] });
  assertEquals([good.code, good.done[0], good.stdout], [0, "check x", "y: changed\n"], good.stderr);
  const bad = await ran({ instances: { x: {} }, operands: ["y.yaml"], fails: true });
  assertEquals([bad.code, bad.done], [5, ["check x", "check x"]], bad.stderr);
  const same = await ran({ instances: { x: {}, y: {} }, operands: ["y.yaml"], fails: true });
  assertEquals([same.code, same.done, same.stdout], [0, [], "y: up to date\n"]);
});

Deno.test("up says where it cannot check an instance, and what to do about one that is missing or does not run", async () => {
  const noted = await ran({ instances: { x: {} }, operands: ["y.yaml"], file: "/c/gone.yaml" });
  assertEquals([noted.code, noted.stdout], [0, "y: changed\n"], noted.stderr);
  assertStringIncludes(noted.stderr, '"x" is not checked, as its configuration is not known');
  const missing = await ran({ instances: {}, operands: ["y.yaml"] });
  assertEquals([missing.code, missing.done], [3, []]);
  assertStringIncludes(missing.stderr, 'There is no instance "x"; name its file, too, and it is made first');
  for (const [status, command] of [["Stopped", "lxops start x"], ["Frozen", "lxops unpause x"]] as const) {
    const { code, done, stderr } = await ran({ instances: { x: {} }, operands: ["y.yaml"], status });
    assertEquals([code, done], [9, []]);
    assertStringIncludes(stderr, command);
  }
});
