/** Tests of the report of a rehearsal. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { App } from "../../../../lib/cli/command/app.ts";
import { predicted, uncopied } from "../../../../lib/cli/actions/rehearse/carry.ts";
import { show } from "../../../../lib/cli/actions/rehearse/show.ts";
import { InterruptedError, ServerError } from "../../../../lib/base/errors.ts";
import type { Lost } from "../../../../lib/plan/lost/lost.ts";
import { stageOf } from "../../../../lib/plan/rehearse/stage.ts";
import { run } from "../../../fakes/memory_app.ts";
import { memoryServer } from "../../../fakes/memory_server.ts";
import { recorder } from "../../../fakes/recorder.ts";
import { worldOf } from "../../../plan/world_spec.ts";
import { targetsOf } from "../../../support/targets.ts";

const LOST: Lost = {
  files: ["/srv/a", "/srv/b", "/etc/c\x1b[2J", "/d", "/e", "/f"].map((path, at) => ({
    path,
    bytes: 6 - at,
    modified: 1,
  })),
  count: 9,
  bytes: 2048,
  edited: [],
  baseline: "whole",
  cut: false,
};

/** Returns what is shown of a rehearsal without steps. */
async function shown(lost: Lost, { json = false, project = "default" } = {}) {
  const [target] = await targetsOf({ "a.yaml": "image: tiny" }, { project });
  const said = { out: "", err: "" };
  const app = {
    print: (text: string) => void (said.out += text),
    complain: (text: string) => void (said.err += text),
  } as unknown as App;
  const stage = stageOf(target!, "0a0b0c");
  show("rebuild", { target: target!, stage, carried: { steps: [] }, differences: [], lost, omitted: [] }, {
    json,
  }, app);
  return said;
}

Deno.test("a rehearsed rebuild tells how many files it would lose, the largest of them, and how to list them", async () => {
  const { out, err } = await shown(LOST);
  assertEquals(out.split("\n").slice(1), [
    "The rebuild would lose 9 files outside the devices of a (2.0KiB):",
    "        6B  /srv/a",
    "        5B  /srv/b",
    "        4B  /etc/c\\x1b[2J",
    "        3B  /d",
    "        2B  /e",
    "            and 4 more",
    "To list them, and what saves them: lxops lost a",
    "",
  ]);
  assertEquals(err, "");
  const none = await shown({ ...LOST, files: [], count: 0, bytes: 0, baseline: "none" });
  assertEquals(none.out.split("\n").length, 2);
  assertEquals(
    none.err,
    "note: a has no list of all that lxops left in it: files that are older than it are not told",
  );
});

Deno.test("a rehearsed rebuild tells programs which files it would lose", async () => {
  const { out } = await shown({ ...LOST, baseline: "part" }, { json: true, project: "team" });
  const { lost } = JSON.parse(out);
  assertEquals(lost, {
    files: 9,
    bytes: 2048,
    largest: LOST.files.slice(0, 5).map(({ path, bytes }) => ({ path, size: bytes })),
    known: false,
    command: "lxops lost --project team a",
  });
});

Deno.test("the error of a copy that failed tells nothing as left that is removed afterwards", async () => {
  const config = "#lxops-v1\nimage: tiny\nostype: alpine\nfilesystems: {main: {pattern: /srv/(instance)}}\n" +
    "devices: {data: {path: /data, filesystem: main}}\n";
  const world = worldOf({
    instances: [{ name: "a" }],
    images: [{ aliases: ["tiny"] }],
    paths: { "/srv/a": "directory", "/srv/a/data": "directory" },
  });
  const recorded = recorder(memoryServer(world), {
    send: ({ method, path }) => {
      if (method === "POST" && path === "/1.0/instances") throw new ServerError("It is busy");
    },
  });
  const { code, stderr } = await run(["rehearse", "rebuild", "--net=none", "a.yaml"], {
    world,
    files: { "/c/a.yaml": config },
    controls: () => recorded,
  });
  assertEquals(code, 4);
  assertStringIncludes(stderr, "It is busy");
  assertStringIncludes(stderr, "what there was of its copy was removed");
  assert(!stderr.includes("Left behind"), stderr);
});

Deno.test("the error of a copy that was interrupted says that nothing of it is left", () => {
  const cause = new InterruptedError("a-rehearsal-0a0b0c: Start instance: Interrupted");
  const error = uncopied(cause, "a");
  assertEquals([error.exitCode, error.message], [130, cause.message]);
  assertEquals(error.advice, [
    'Instance "a" and its data are as they were, and what there was of its copy was removed',
  ]);
  assertEquals(predicted(cause, "a-rehearsal-0a0b0c", "a").message, "a: Start instance: Interrupted");
});
