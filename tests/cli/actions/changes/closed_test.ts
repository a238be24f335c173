/** An instance that does not tell, which keeps no other one from being looked into. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { sha256 } from "../../../../lib/cloudconfig/model/sha256.ts";
import { RECORD_MARK } from "../../../../lib/plan/record/record.ts";
import { run } from "../../../fakes/memory_app.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { noControls, recorder } from "../../../fakes/recorder.ts";
import { worldOf, type WorldSpec } from "../../../plan/world_spec.ts";

const TEXT = "#lxops-v1\nimage: tiny\nostype: alpine\ncloud-config-files: [web.cfg]\n";
const FILES = {
  "/c/web.yaml": TEXT,
  "/c/bad.yaml": TEXT,
  "/c/worse.yaml": TEXT,
  "/c/web.cfg": "#cloud-config\nwrite_files: [{path: /etc/x, content: one}]\n",
};
const IMAGES: NonNullable<WorldSpec["images"]> = [{ aliases: ["tiny"], fingerprint: "f1" }];
const NAMES = ["bad", "web", "worse"];

async function recordOf(name: string): Promise<string> {
  const world = worldOf({ images: IMAGES });
  const recorded = recorder(memoryServer(world));
  await run(["launch", `${name}.yaml`], { world, files: FILES, controls: () => recorded });
  return recorded.effects.flatMap((one) =>
    one.kind === "send"
      ? [(one.body as { config?: Record<string, string> } | undefined)?.config?.[RECORD_MARK] ?? []].flat()
      : []
  ).at(-1)!;
}

/** Runs a command about three instances, only one of which tells something. */
async function told(args: readonly string[], text: string) {
  const world = worldOf({
    images: IMAGES,
    instances: await Promise.all(NAMES.map(async (name) => ({
      name,
      status: "Running",
      profiles: ["default", `${name}.lxops`],
      config: {
        "user.lxops.image": "tiny",
        "volatile.base_image": "f1",
        "volatile.last_state.power": "RUNNING",
        [RECORD_MARK]: await recordOf(name),
      },
    }))),
    profiles: ["default", ...NAMES.map((name) => `${name}.lxops`)].map((name) => ({ name })),
  });
  const memory = memoryServer(world);
  const server = {
    ...memory,
    look: (...[ref]: Parameters<typeof memory.look>) =>
      Promise.resolve(ref.name === "web" ? { text } : { problem: `the shell of ${ref.name} told too much` }),
  };
  const recorded = recorder(server);
  const controls = args[0] === "up" ? () => recorded : noControls;
  const files = NAMES.map((name) => `${name}.yaml`);
  const outcome = await run([...args, ...files], { world, files: FILES, server, controls });
  const said = outcome.stderr.match(/Cannot look into instance "\w+": the shell of \w+ told too much/g);
  assertEquals(
    said?.toSorted(),
    ["bad", "worse"].map((name) => `Cannot look into instance "${name}": the shell of ${name} told too much`),
    outcome.stderr,
  );
  return { ...outcome, effects: recorded.effects };
}

const DRIFTED = `stat\t644\t0\t0\troot\troot\t/etc/x\nsum\t${sha256("t")}\t/etc/x\nlxops end\n`;

Deno.test("status --guest shows the other instances where one does not tell, and ends with its error", async () => {
  const { code, stdout } = await told(["status", "--guest"], DRIFTED);
  assertEquals(code, 9);
  assertMatch(stdout, /^web:\n {2}~ guest file \/etc\/x/);
  assertEquals(/bad|worse/.test(stdout), false);
  const { code: again, stdout: json } = await told(["status", "--guest", "--json"], DRIFTED);
  const { instances } = JSON.parse(json);
  assertEquals([again, instances.map((one: { instance: string }) => one.instance)], [9, ["web"]]);
});

Deno.test("up --guest mends the other instances where one does not tell, and ends with its error", async () => {
  const { code, stdout, effects } = await told(["up", "--guest"], DRIFTED);
  assertEquals(code, 9);
  assertEquals(/(?:bad|worse): up to date/.test(stdout), false, stdout);
  assertStringIncludes(JSON.stringify(effects.map((one) => "body" in one ? one.body : one)), "/etc/x");
});

Deno.test("lost lists the files of the other instances where one does not tell, and ends with its error", async () => {
  const { code, stdout } = await told(
    ["lost"],
    "seen\t9\nbaseline\twhole\ntotal\t1\t7\nfile\t1000\t7\t/srv/x\nodd\t0\nlxops end\n",
  );
  assertEquals(code, 9);
  assertStringIncludes(stdout, "/srv/x");
});
