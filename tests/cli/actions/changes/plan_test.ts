import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { run } from "../../../fakes/memory_app.ts";
import { noControls } from "../../../fakes/recorder.ts";
import { worldOf, type WorldSpec } from "../../../plan/world_spec.ts";

type InstanceSpec = NonNullable<WorldSpec["instances"]>[number];

const FILES = {
  "/c/db.yaml": "#lxops-v1\nimage: tiny\n",
  "/c/web.yaml": "#lxops-v1\nimage: tiny\nafter: {db: {restart: true}}\n",
  "/c/front.yaml": "#lxops-v1\nimage: tiny\nafter: {web: {restart: true}, db: {}}\n",
  "/c/mail.yaml": "#lxops-v1\nimage: tiny\nafter: [db]\n",
};

/** An instance that is as its file says. */
function madeOf(name: string, more: Partial<InstanceSpec> = {}): InstanceSpec {
  return {
    name,
    profiles: ["default", `${name}.lxops`],
    ...more,
    config: {
      "user.lxops.image": "tiny",
      "volatile.base_image": "f1",
      "volatile.last_state.power": "STOPPED",
      ...more.config,
    },
  };
}

/** Runs a command about some files; `changes` says how instances differ from these. */
async function ran(
  args: readonly string[],
  files: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, Partial<InstanceSpec>>>,
) {
  const names = Object.keys(files).map((file) => file.replace(/^\/c\/|\.yaml$/g, ""));
  const world = worldOf({
    instances: names.map((name) => madeOf(name, changes[name])),
    profiles: [{ name: "default" }, ...names.map((name) => ({ name: `${name}.lxops` }))],
    images: [{ aliases: ["tiny"], fingerprint: "f1" }],
  });
  const all = names.map((name) => `${name}.yaml`);
  return await run([...args, ...all], { world, files, controls: noControls });
}

Deno.test("an instance restarts after one that starts, where its file says so, and others after that", async () => {
  const { code, stdout, stderr } = await ran(["plan"], FILES, { db: { status: "Stopped" } });
  assertEquals([code, stderr], [10, ""]);
  const restarted = "  ~ state: Running -> restarted (it comes after an instance that starts)";
  assertEquals(stdout.split("\n"), [
    "db:",
    "  ~ state: Stopped -> Running (changed by hand)",
    "web:",
    restarted,
    "front:",
    restarted,
    "mail: up to date",
    "0 to add, 3 to change, 0 to remove",
    "",
  ]);
  const up = await ran(["up", "--plan"], FILES, { db: { status: "Stopped" } });
  assertEquals([up.code, up.stdout.split("\n").filter((line) => !line.includes("Record"))], [10, [
    "db:",
    "  ~ Start instance db",
    "web:",
    "  ~ Stop instance web",
    "  ~ Start instance web",
    "front:",
    "  ~ Stop instance front",
    "  ~ Start instance front",
    "0 to add, 8 to change, 0 to remove",
    "",
  ]]);
});

Deno.test("restart also restarts running instances that follow, and those that follow these, unless a flag says otherwise", async () => {
  const world = worldOf({
    instances: ["db", "web", "front", "mail"].map((name) => {
      const made = madeOf(name, { config: { "user.lxops.config": `/c/${name}.yaml` } });
      return { ...made, status: "Running" };
    }),
    paths: { "/c/web.yaml": "file", "/c/front.yaml": "file", "/c/mail.yaml": "file" },
  });
  const restarted = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await run(["restart", "--dry-run", ...args], {
      world,
      files: FILES,
      controls: noControls,
    });
    assertEquals(code, 0, stderr);
    return [...stdout.matchAll(/# Start instance (\w+)/g)].map(([, name]) => name);
  };
  assertEquals(await restarted("db"), ["db", "web", "front"]);
  assertEquals(await restarted("web"), ["web", "front"]);
  assertEquals(await restarted("--no-deps", "db"), ["db"]);
});

Deno.test("no instance restarts after one that keeps running", async () => {
  const { code, stdout } = await ran(["plan"], FILES, {});
  assertEquals([code, stdout.split("\n").at(-2)], [0, "No changes"]);
});

/** A change that takes a restart. */
const NESTING = { config: { "security.nesting": "true", "user.lxops.record": "" } };

/** Returns a file whose instance has another value of a key that takes a restart. */
function fileWith(consent: string): Readonly<Record<string, string>> {
  return {
    "/c/web.yaml": `#lxops-v1\nimage: tiny\nlxc-options: [-c security.nesting=false]\n${consent}`,
  };
}

Deno.test("up restarts by itself where the file says restart: auto or rebuild: auto, and plan says so", async () => {
  for (const consent of ["restart: auto\n", "rebuild: auto\n"]) {
    const plan = await ran(["plan"], fileWith(consent), { web: NESTING });
    assertMatch(
      plan.stdout,
      /~ own key security.nesting: true -> false \(.*, takes a restart, which up does\)/,
    );
    const { code, stdout, stderr } = await ran(["up", "--plan"], fileWith(consent), { web: NESTING });
    assertEquals([code, stderr], [10, ""]);
    assertStringIncludes(stdout, "~ Stop instance web\n");
  }
  for (const consent of ["", "restart: manual\n"]) {
    const { code, stdout, stderr } = await ran(["up", "--plan"], fileWith(consent), { web: NESTING });
    assertEquals([code, stdout.includes("Stop")], [10, false]);
    assertStringIncludes(stderr, "lxops up --restart");
  }
});

Deno.test("a file takes back permissions of an included one", async () => {
  const files = {
    "/c/web.yaml": `${fileWith("")["/c/web.yaml"]}restart: manual\ninclude: [base.inc]\n`,
    "/c/base.inc": "#lxops-v1\nrestart: auto\n",
  };
  const world = worldOf({
    instances: [madeOf("web", NESTING)],
    profiles: [{ name: "default" }, { name: "web.lxops" }],
    images: [{ aliases: ["tiny"], fingerprint: "f1" }],
  });
  const { stdout } = await run(["plan", "web.yaml"], { world, files, controls: noControls });
  assertEquals(stdout.includes("which up does"), false);
});

Deno.test("values that look like passwords are shown with --show-secrets only", async () => {
  const files = {
    "/c/web.yaml":
      "#lxops-v1\nimage: tiny\nlxc-options: [-c environment.DB_PASSWORD=hunter2, -c environment.TZ=UTC]\n",
  };
  for (const args of [["plan"], ["plan", "-json"], ["up", "--dry-run"], ["up", "--plan"]]) {
    const hidden = await ran(args, files, {});
    const text = hidden.stdout + hidden.stderr;
    assertEquals([args, text.includes("hunter2")], [args, false]);
    if (args[1] === "--plan") continue;
    assertStringIncludes(text, "UTC");
    const { stdout } = await ran([...args, "--show-secrets"], files, {});
    assertStringIncludes(stdout, "hunter2");
  }
  const { stdout } = await ran(["plan"], files, { web: { config: { "environment.DB_PASSWORD": "old" } } });
  assertStringIncludes(stdout, "~ own key environment.DB_PASSWORD: *** -> *** (");
});
