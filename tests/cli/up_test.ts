/** Tests of `up` after an interrupted rebuild. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { decodeRecord, type InstanceRecord, RECORD_MARK } from "../../lib/plan/record/record.ts";
import { run } from "../fakes/memory_app.ts";
import { memoryServer } from "../fakes/memory_server.ts";
import { recorder } from "../fakes/recorder.ts";
import { worldOf } from "../plan/world_spec.ts";

const FILES = { "/c/a.yaml": "#lxops-v1\nimage: tiny\n" };
const LEFT = "a-lxops-new-abc123";

/** Runs `up --dry-run` where a rebuild left its new instance beside the old one. */
async function upBesideLeft(
  flags: readonly string[],
  config: Readonly<Record<string, string>> = {},
  command: readonly string[] = ["up", "--dry-run"],
) {
  const own = { profiles: ["default", "a.lxops"] };
  const world = worldOf({
    instances: [
      {
        name: "a",
        ...own,
        config: { "volatile.base_image": "0".repeat(64), "user.lxops.image": "old", ...config },
      },
      {
        name: LEFT,
        status: "Stopped",
        ...own,
        config: { "user.lxops.role": "unfinished", "user.lxops.of": "a" },
      },
    ],
    profiles: [{ name: "a.lxops" }],
  });
  return await run([...command, ...flags, "a.yaml"], {
    world,
    files: FILES,
    controls: () => recorder(memoryServer(world)),
  });
}

Deno.test("plan says that a rebuild was not finished", async () => {
  const { code, stderr } = await upBesideLeft([], {}, ["plan"]);
  assertEquals(code, 10);
  assertStringIncludes(
    stderr,
    'note: An earlier rebuild of "a" was not finished; to go on with it or remove what it',
  );
});

Deno.test("up --rebuild continues after a rebuild that left its new instance, and begins with another new one", async () => {
  const { code, stdout, stderr } = await upBesideLeft(["--rebuild"]);
  assertEquals(code, 0, stderr);
  assertStringIncludes(stdout, `# Delete instance ${LEFT}, left by an unfinished rebuild`);
  assert(stdout.indexOf(LEFT) < stdout.indexOf("# Create instance a-lxops-new-"), stdout);
});

Deno.test("up without --rebuild deletes the new instance that never served, and leaves the rebuild", async () => {
  const { code, stdout, stderr } = await upBesideLeft([]);
  assertEquals(code, 10, stderr);
  assertStringIncludes(stdout, `# Delete instance ${LEFT}, left by an unfinished rebuild`);
  assert(!stdout.includes("# Create instance"), stdout);
});

Deno.test("up continues a rebuild that has taken the addresses of the old instance", async () => {
  const nics = '{"config":{"volatile.eth0.hwaddr":"00:16:3e:00:00:01","boot.autostart":""},"devices":{}}';
  const { code, stdout, stderr } = await upBesideLeft([], { "user.lxops.nics": nics });
  assertEquals(code, 0, stderr);
  assertStringIncludes(stdout, "# Rename instance a-lxops-new-");
});

Deno.test("up does not start an instance whose data is yet to go back", async () => {
  const { code, stderr } = await upBesideLeft([], { "user.lxops.undo-data": "lxops-rebuild-abc123-a runs" });
  assertEquals(code, 9, stderr);
  assertStringIncludes(stderr, "To do so: lxops rebuild --resume");
});

/** Runs `up` where a rebuild was killed between the renames of the two instances, with the image `was`. */
async function upBetweenRenames(was: string, more = "") {
  const own = { status: "Stopped", profiles: ["default", "a.lxops"] };
  const base = { "user.lxops.image": was, "volatile.base_image": was === "tiny" ? "f1" : "f0" };
  const world = worldOf({
    instances: [
      {
        name: "a-lxops-new-abc123",
        ...own,
        config: { ...base, "user.lxops.role": "new", "user.lxops.of": "a" },
      },
      {
        name: "a-lxops-old-abc123",
        ...own,
        config: {
          "user.lxops.role": "old",
          "user.lxops.of": "a",
          "volatile.base_image": "e0",
          "volatile.last_state.power": "STOPPED",
        },
      },
    ],
    profiles: [{ name: "default" }, { name: "a.lxops" }],
    images: [{ aliases: ["tiny"], fingerprint: "f1" }],
  });
  const records: (InstanceRecord | undefined)[] = [];
  const controls = recorder(memoryServer(world), {
    send: ({ body }) => {
      const text = (body as { config?: Record<string, string> } | undefined)?.config?.[RECORD_MARK];
      if (text) records.push(decodeRecord(text));
    },
  });
  const result = await run(["up", "a.yaml"], {
    world,
    files: { "/c/a.yaml": `${FILES["/c/a.yaml"]}${more}` },
    controls: () => controls,
  });
  return { ...result, record: records.at(-1) };
}

Deno.test("up finishes a rebuild with its own image, and says what changed in the file since", async () => {
  const { code, stdout, stderr, record } = await upBetweenRenames("old", 'lxc-options: ["-c user.a=1"]\n');
  assertEquals(code, 10, stderr);
  assertEquals(stdout, "a: partly\n");
  assertStringIncludes(stderr, "a: a rebuild that was cut off comes first; the rest takes another run\n");
  assertStringIncludes(stderr, "a: left: ~ image: old (f0) -> tiny (f1)");
  assertStringIncludes(stderr, "a: left: + own key user.a: 1");
  assertStringIncludes(stderr, "a: to do it: lxops up --rebuild\n");
  assertEquals([record?.image, record?.fingerprint], ["old", "f0"]);
});

Deno.test("up finishes a rebuild whose file is the same, and nothing is left", async () => {
  const { code, stdout, stderr, record } = await upBetweenRenames("tiny");
  assertEquals([code, stdout], [0, "a: changed\n"], stderr);
  assertEquals([record?.image, record?.fingerprint], ["tiny", "f1"]);
});
