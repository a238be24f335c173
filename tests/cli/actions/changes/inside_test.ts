/** Looks into instances: `status --guest`, `up --guest`, `lost` and `rebuild --no-loss`. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { sha256 } from "../../../../lib/cloudconfig/model/sha256.ts";
import { RECORD_MARK } from "../../../../lib/plan/record/record.ts";
import type { Looked } from "../../../../lib/ports/peek.ts";
import { run } from "../../../fakes/memory_app.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { noControls, recorder } from "../../../fakes/recorder.ts";
import { worldOf, type WorldSpec } from "../../../plan/world_spec.ts";

const FILES = {
  "/c/web.yaml": "#lxops-v1\nimage: tiny\nostype: alpine\ncloud-config-files: [web.cfg]\n",
  "/c/web.cfg":
    "#cloud-config\nwrite_files: [{path: /etc/x, content: one}]\nusers: [{name: ann, uid: 1500}]\n" +
    "runcmd: [date]\n",
};

const IMAGES: NonNullable<WorldSpec["images"]> = [{ aliases: ["tiny"], fingerprint: "f1" }];

/** Launches the instance, and returns the record that it gets. */
async function launched(): Promise<string> {
  const world = worldOf({ images: IMAGES });
  const recorded = recorder(memoryServer(world));
  const { code, stderr } = await run(["launch", "web.yaml"], {
    world,
    files: FILES,
    controls: () => recorded,
  });
  assertEquals(code, 0, stderr);
  const configs = recorded.effects.flatMap((one) =>
    one.kind === "send" ? [(one.body as { config?: Record<string, string> } | undefined)?.config] : []
  );
  return configs.flatMap((config) => config?.[RECORD_MARK] ?? []).at(-1)!;
}

/** Runs a command about the launched instance, which tells something. */
async function told(args: readonly string[], looked: Looked, status = "Running") {
  const world = worldOf({
    images: IMAGES,
    instances: [{
      name: "web",
      status,
      profiles: ["default", "web.lxops"],
      config: {
        "user.lxops.image": "tiny",
        "volatile.base_image": "f1",
        "volatile.last_state.power": "RUNNING",
        [RECORD_MARK]: await launched(),
      },
    }],
    profiles: [{ name: "default" }, { name: "web.lxops" }],
  });
  const server = memoryServer(world, { looked });
  const recorded = recorder(server);
  const isUp = args[0] === "up";
  const controls = isUp ? () => recorded : noControls;
  const outcome = await run([...args, "web.yaml"], { world, files: FILES, server, controls });
  return { ...outcome, effects: recorded.effects, questions: server.questions };
}

const answer = (...lines: readonly string[]): Looked => ({ text: [...lines, "lxops end", ""].join("\n") });
const STAT = "stat\t644\t0\t0\troot\troot\t/etc/x";
const CLEAN = answer(STAT, `sum\t${sha256("one")}\t/etc/x`, "passwd\tann:x:1500:100:::/bin/sh");
const DRIFTED = answer(STAT, `sum\t${sha256("t")}\t/etc/x`, "passwd\tann:x:1501:100:::/bin/sh");

Deno.test("status --guest and up --guest refuse a frozen instance, in which nothing can be compared", async () => {
  for (const args of [["status", "--guest"], ["up", "--guest"]]) {
    const { code, stderr, stdout, effects } = await told(args, { text: "" }, "Frozen");
    assertEquals([code, effects], [9, []], stderr + stdout);
    assertEquals(
      stderr,
      'lxops: Cannot look into instance "web": "web" is frozen, and stays so; to unfreeze it: lxops unpause web\n' +
        "  Nothing in it was compared or changed.\n",
    );
  }
  assertEquals((await told(["status"], { text: "" }, "Frozen")).code, 0);
});

Deno.test("status looks into an instance only if it is asked to, and then by one program", async () => {
  const plain = await told(["status"], DRIFTED);
  assertEquals([plain.code, plain.stdout], [0, "web: up to date\nNo changes\n"], plain.stderr);
  assertEquals(plain.questions.some((one) => one.startsWith("look")), false);
  const clean = await told(["status", "--guest"], CLEAN);
  assertEquals(
    [clean.code, clean.stdout],
    [0, "web: up to date, with 2 things in it\nNo changes\n"],
    clean.stderr,
  );
  assertEquals(clean.questions.filter((one) => one.startsWith("look")).length, 1);
});

Deno.test("status tells what changed in an instance, with exit code 10", async () => {
  const { code, stdout } = await told(["status", "--guest"], DRIFTED);
  assertEquals([code, stdout.split("\n")], [10, [
    "web:",
    `  ~ guest file /etc/x, content: ${sha256("t").slice(0, 8)} -> ${
      sha256("one").slice(0, 8)
    } (changed in the instance)`,
    "  ~ guest user ann, user id: 1501 -> 1500 (changed in the instance)",
    "0 to add, 2 to change, 0 to remove",
    "",
  ]]);
  const json = JSON.parse((await told(["status", "--guest", "--json"], DRIFTED)).stdout).instances[0];
  assertEquals([json.guest, json.changes.length], [{ compared: 2, unknown: 0 }, 2]);
});

Deno.test("a file that a restart removed is a note of status, and up --guest writes it again", async () => {
  const gone = answer("state\tmissing\t/etc/x", "restarted\t/etc/x", "passwd\tann:x:1500:100:::/bin/sh");
  const { code, stdout, stderr } = await told(["status", "--guest"], gone);
  assertEquals([code, stdout], [0, "web: up to date, with 2 things in it\nNo changes\n"]);
  assertStringIncludes(
    stderr,
    "note: web: a restart or the cleaning of temporary files removed /etc/x; lxops up --guest writes",
  );
  const up = await told(["up", "--guest"], gone);
  assertEquals([up.code, up.stdout], [0, "web: changed\n"], up.stderr);
});

Deno.test("a link that a managed file goes through is a note of status, and no difference", async () => {
  const lines = [STAT, `sum\t${sha256("one")}\t/etc/x`, "passwd\tann:x:1500:100:::/bin/sh"];
  const { code, stdout, stderr } = await told(
    ["status", "--guest"],
    answer(...lines, "link\t/srv/\u001b\t/etc/x"),
  );
  assertEquals([code, stdout], [0, "web: up to date, with 2 things in it\nNo changes\n"]);
  assertStringIncludes(stderr, "note: web: managed files go through /etc/x, a link to /srv/\\x1b");
});

Deno.test("status shows no control character of an instance, and fails where that does not tell", async () => {
  const hostile = await told(["status", "--guest"], answer(STAT.replace("644", "6\u001b[31m")));
  assertEquals(hostile.stdout.includes("\u001b"), false);
  assertMatch(hostile.stdout, /mode: .*\\x1b\[31m -> 0644/);
  for (const looked of [{ problem: "it has no shell" }, { text: "stat\n" }]) {
    const { code, stderr } = await told(["status", "--guest"], looked);
    assertEquals(code, 9, stderr);
    assertStringIncludes(stderr, "lxops exec web -- sh -c ");
  }
  const stopped = await told(["status", "--guest"], CLEAN, "Stopped");
  assertStringIncludes(stopped.stderr, "note: web does not run, so nothing in it is compared");
});

Deno.test("up --guest applies changed items again, and leaves values alone that lxops never changes", async () => {
  const { code, stdout, stderr, effects } = await told(["up", "--guest"], DRIFTED);
  assertEquals([code, stdout], [0, "web: changed\n"], stderr);
  assertStringIncludes(stderr, "lxops leaves this alone: ~ guest user ann, user id: 1501 -> 1500");
  const scripts = effects.flatMap((one) => one.kind === "exec" ? one.stdin ?? "" : []);
  assertEquals(scripts.map((one) => [...one.matchAll(/^lxops_run .* '(.*)'$/gm)].map(([, title]) => title)), [
    ["Write /etc/x (web.cfg)"],
  ]);
  for (const args of [["up"], ["up", "--guest", "--take", "live"]]) {
    assertEquals((await told(args, DRIFTED)).stdout, "web: up to date\n", args.join(" "));
  }
});

const LOST = answer("seen\t9", "baseline\twhole", "total\t1\t7", "file\t1000\t7\t/srv/app/x", "odd\t0");

Deno.test("lost lists files, and the lines that keep them", async () => {
  const { code, stdout, stderr } = await told(["lost"], LOST);
  assertEquals(code, 0, stderr);
  assertStringIncludes(stdout, "web      7B   1970-01-01T00:16:40.000Z /srv/app/x\n");
  assertStringIncludes(stderr, "web: 1 file (7B) would be lost in a rebuild\n");
  assertStringIncludes(stderr, "    srv-app: {path: /srv/app, filesystem: NAME}\n");
});

Deno.test("rebuild says in one line how many files are lost, and refuses with --no-loss", async () => {
  const line = '1 file outside the devices of "web" (7B) will be lost: lxops lost web';
  assertStringIncludes((await told(["rebuild", "--dry-run"], LOST)).stdout, line);
  const refused = await told(["rebuild", "--no-loss"], LOST);
  assertEquals(refused.code, 9);
  assertStringIncludes(refused.stderr, `Instance "web" is not rebuilt: --no-loss: ${line}\n`);
  const nothing = answer("seen\t9", "baseline\twhole", "total\t0\t0");
  assertEquals((await told(["rebuild", "--no-loss", "--dry-run"], nothing)).code, 0);
});

Deno.test("rebuild notes that an instance has no list of lxops' own files, such as an adopted one", async () => {
  const of = (total: string) => answer("seen\t9", "baseline\tnone", `total\t${total}`, "odd\t0");
  const said = '"web" has no list of the files that lxops left in it';
  const { code, stdout } = await told(["rebuild", "--dry-run"], of("2\t7"));
  assertEquals(code, 0);
  assertStringIncludes(stdout, `${said}, so all newer ones count: 2 files outside the devices of "web" (7B)`);
  const { stdout: none } = await told(["rebuild", "--dry-run"], of("0\t0"));
  assertStringIncludes(none, `${said}: to see what will be lost: lxops lost web`);
});

Deno.test("a rebuild continues where it is unknown what is lost, and with --no-loss it is refused", async () => {
  for (const looked of [{ problem: "it has no shell" }, { text: "" }]) {
    assertEquals((await told(["rebuild", "--dry-run"], looked)).code, 0);
    assertEquals((await told(["rebuild", "--dry-run", "--no-loss"], looked)).code, 9);
  }
  const stopped = await told(["rebuild", "--dry-run", "--no-loss"], LOST, "Stopped");
  assertEquals(stopped.code, 9);
  assertStringIncludes(stopped.stderr, "it is unknown which files would be lost");
});
