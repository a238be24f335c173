/** Files called lxops.yaml whose directory has the name of an instance that was made from another file. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { PathInfo } from "../../lib/ports/mod.ts";
import { run } from "../fakes/memory_app.ts";
import { memoryServer } from "../fakes/memory_server.ts";
import { recorder } from "../fakes/recorder.ts";
import { worldOf } from "../plan/world_spec.ts";

const DIRECTORY: PathInfo = { kind: "directory", mode: 0o755, uid: 0, gid: 0, size: 0 };
const FILE: PathInfo = { ...DIRECTORY, kind: "file", mode: 0o600, size: 10 };
const OWN = "/c/old/web/lxops.yaml";
const OTHER = "/c/web.yaml";
const GONE = "/c/gone/web/lxops.yaml";

/** Runs a command with instances by the files that are noted on them. */
async function lxops(args: readonly string[], noted: Readonly<Record<string, string>>, more = "") {
  const files = { [OWN]: `#lxops-v1\nimage: tiny\nostype: alpine\n${more}` };
  const instances = Object.entries(noted).map(([name, file]) => ({
    name,
    status: "Running" as const,
    config: { "user.lxops.config": file },
    profiles: ["default", `${name}.lxops`],
  }));
  const world = {
    ...worldOf({ instances }),
    paths: new Map(Object.entries({ "/c/old/web": DIRECTORY, [OWN]: FILE, [OTHER]: FILE })),
  };
  return await run(args, { world, files, controls: () => recorder(memoryServer(world)) });
}

const COMMANDS: readonly (readonly string[])[] = [
  ["destroy", "--force"],
  ["delete", "--force"],
  ["down"],
  ["rebuild"],
  ["up"],
  ["configure"],
  ["launch", "--resume"],
  ["snapshot", "-s", "a"],
];

for (const command of COMMANDS) {
  Deno.test(`${command[0]} refuses an instance with the name of the directory that was made from another file`, async () => {
    const { code, stderr, stdout } = await lxops([...command, "--dry-run", "old/web/lxops.yaml"], {
      web: OTHER,
    });
    assertEquals([code, stdout], [9, ""], stderr);
    assertStringIncludes(stderr, `it was made from "${OTHER}", and not from "${OWN}"`);
    assertStringIncludes(stderr, "add --name web");
    assertStringIncludes(stderr, "For another instance beside it, write another name into");
  });
}

for (const command of ["stop", "restart", "kill", "logs"]) {
  Deno.test(`${command} refuses such an instance, and takes its name`, async () => {
    const { code, stderr } = await lxops([command, "old/web/lxops.yaml"], { web: OTHER });
    assertEquals(code, 9, stderr);
    assertStringIncludes(stderr, `it was made from "${OTHER}", and not from "${OWN}"`);
    const named = await lxops([command, "web"], { web: OTHER });
    assert(!named.stderr.includes("has the name of the directory"), named.stderr);
  });
}

for (const command of [["exec", "true"], ["top"], ["cp", "/etc/motd"]]) {
  Deno.test(`${command[0]} refuses such an instance, and takes its name`, async () => {
    const line = (subject: string) =>
      command[0] === "cp"
        ? ["cp", `${subject}:/etc/motd`, "here"]
        : [command[0]!, subject, ...command.slice(1)];
    const { code, stderr } = await lxops(line("./old/web/lxops.yaml"), { web: OTHER });
    assertEquals(code, command[0] === "cp" ? 9 : 125, stderr);
    assertStringIncludes(stderr, `it was made from "${OTHER}", and not from "${OWN}"`);
    assertEquals((await lxops(line("web"), { web: OTHER })).code, 0);
    assertEquals((await lxops(line("./old/web/lxops.yaml"), { web: OWN })).code, 0);
  });
}

Deno.test("up --adopt notes the new place of a directory that was moved, and says so before", async () => {
  const { code, stderr } = await lxops(["up", "old/web"], { web: GONE });
  assertEquals(code, 9);
  assertStringIncludes(stderr, `made from "${GONE}", which is not there any more, and not from "${OWN}"`);
  assertStringIncludes(
    stderr,
    "was moved here, this notes its new place: lxops up --adopt old/web/lxops.yaml",
  );
  const adopted = await lxops(["up", "--adopt", "--dry-run", "old/web"], { web: GONE });
  assertEquals(adopted.code, 0, adopted.stderr);
  assertStringIncludes(adopted.stdout, `"user.lxops.config":"${OWN}"`);
  const again = await lxops(["up", "--adopt", "--dry-run", "old/web"], { web: OWN });
  assert(!again.stdout.includes("user.lxops.config"), again.stdout);
});

Deno.test("The instance that the file made before its directory gave the name is named", async () => {
  const { code, stderr } = await lxops(["destroy", "--force", "--dry-run", "old/web/lxops.yaml"], {
    web: OTHER,
    lxops: OWN,
  });
  assertEquals(code, 9);
  assertStringIncludes(stderr, `"${OWN}" made instance "lxops"`);
  assertStringIncludes(stderr, "name: lxops (or directory: false)");
  // Nor is a second one made beside it.
  const second = await lxops(["launch", "--dry-run", "old/web/lxops.yaml"], { lxops: OWN });
  assertEquals(second.code, 9);
  assertStringIncludes(second.stderr, `"${OWN}" made instance "lxops"`);
});

Deno.test("-name, --adopt and a name in the file say which instance is meant", async () => {
  const noted = { web: OTHER, lxops: OWN };
  const destroy = ["destroy", "--force", "--dry-run"];
  for (
    const [args, more, deleted] of [
      [["-name", "web"], "", "web"],
      [["--adopt"], "", "web"],
      [["-name", "lxops"], "", "lxops"],
      [[], "name: lxops\n", "lxops"],
      [[], "directory: false\n", "lxops"],
    ] as const
  ) {
    // Not every command has --adopt.
    const command = args[0] === "--adopt" ? ["rebuild", "--dry-run"] : destroy;
    const { code, stdout, stderr } = await lxops([...command, ...args, "old/web/lxops.yaml"], noted, more);
    assert(!stderr.includes("which has the name of the directory"), stderr);
    if (command === destroy) {
      assertEquals(code, 0, stderr);
      assertStringIncludes(stdout, `/1.0/instances/${deleted}`);
    }
  }
});

Deno.test("An instance that was made from the file in the directory is changed without a word", async () => {
  const { code, stderr } = await lxops(["destroy", "--force", "--dry-run", "old/web"], { web: OWN });
  assertEquals([code, stderr.includes("name of the directory")], [0, false], stderr);
});
