/** Directories of containers on the command line: their settings, and what is never shown of them. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { PathInfo } from "../../lib/ports/mod.ts";
import { run } from "../fakes/memory_app.ts";
import { memoryServer } from "../fakes/memory_server.ts";
import { recorder } from "../fakes/recorder.ts";
import { worldOf } from "../plan/world_spec.ts";

const CANARY = "canary-7c1f";

const FILES = {
  "/c/dns/lxops.yaml": "#lxops-v1\nimage: tiny\nostype: alpine\nenvironment: {DOMAIN: example.org}\n" +
    "limits: {memory: '${MEMORY:-1GiB}'}\nconfig: {user.domain: '${DOMAIN}', user.token: 'x ${TOKEN} y'}\n" +
    "cloud-config-files: [a.cfg]\n",
  "/c/dns/.env": `TOKEN=${CANARY}\nQUOTED="it's \\"${CANARY}\\""\n`,
  "/c/dns/a.cfg": "#cloud-config\nwrite_files: [{path: /etc/t, template: true, content: '${QUOTED}'}]\n",
  "/c/dns/bootstrap.sh": "#!/bin/bash\necho\n",
};

const DIRECTORY: PathInfo = { kind: "directory", mode: 0o755, uid: 0, gid: 0, size: 0 };
const FILE: PathInfo = { ...DIRECTORY, kind: "file", mode: 0o600, size: 10 };

async function lxops(
  args: readonly string[],
  files: Readonly<Record<string, string>> = FILES,
  more: Readonly<Record<string, PathInfo>> = {},
) {
  const paths = {
    "/c/dns": DIRECTORY,
    ...Object.fromEntries(Object.keys(files).map((path) => [path, FILE])),
    ...more,
  };
  const world = { ...worldOf({}), paths: new Map(Object.entries(paths)) };
  const outcome = await run(args, { world, files, controls: () => recorder(memoryServer(world)) });
  return { ...outcome, all: outcome.stdout + outcome.stderr };
}

Deno.test("directory: a dry run makes data, installs the shell and runs bootstrap.sh, and shows no secret", async () => {
  const { code, stdout, all } = await lxops(["launch", "--dry-run", "dns"]);
  assertEquals(code, 0, all);
  for (
    const part of [
      "mkdir -p -m 755 -- /c/dns/data.partial",
      '"path":"/usr/local/data","source":"/c/dns/data"',
      "Install bash, which bootstrap.sh begins with, unless it is there",
      "export DOMAIN=example.org",
      "export TOKEN=***",
      `"user.token":"'"\${user_token:?is left out}"'"`,
    ]
  ) assertStringIncludes(stdout, part);
  assert(!all.includes(CANARY), all);
  // What is shown cannot be run by mistake.
  const lines = stdout.split("\n");
  const guard = lines.findIndex((line) => line.includes("secrets are left out of this script"));
  assert(guard > 0 && lines.slice(0, guard).every((line) => /^(?:#|set |$)/.test(line)), stdout);
});

Deno.test("directory: --show-secrets shows the script as it would run", async () => {
  const { stdout } = await lxops(["launch", "--dry-run", "--show-secrets", "dns"]);
  assertStringIncludes(stdout, `export TOKEN=${CANARY}`);
  assert(!stdout.includes("secrets are left out"), stdout);
});

Deno.test("directory: the printed configuration and errors show no secret", async () => {
  const printed = await lxops(["config", "print", "dns/lxops.yaml"]);
  assertStringIncludes(printed.stdout, "user.token: x *** y");
  const shown = await lxops(["config", "print", "--show-secrets", "dns/lxops.yaml"]);
  assertStringIncludes(shown.stdout, CANARY);
  const files = { ...FILES, "/c/dns/lxops.yaml": "#lxops-v1\nimage: tiny\nlimits: {memory: '${TOKEN}'}\n" };
  const wrong = await lxops(["launch", "--dry-run", "dns"], files);
  assertEquals(wrong.code, 3, wrong.all);
  assertStringIncludes(wrong.stderr, 'is expected here, not "***"');
  assert(!wrong.all.includes(CANARY), wrong.all);
});

Deno.test("directory: -e, --env-file and --set count for one run, which says so without values", async () => {
  const flags = ["-e", "DOMAIN=hush.example.net", "--env-file", "more.env", "--set", "limits.memory=256MiB"];
  const files = { ...FILES, "/c/more.env": "TOKEN=other-token\n" };
  const { stdout, stderr, all } = await lxops(["launch", "--dry-run", ...flags, "dns"], files);
  assertStringIncludes(
    stderr,
    "note: for this run only: -e DOMAIN, --env-file more.env, --set limits.memory=256MiB\n",
  );
  assertStringIncludes(stdout, '"limits.memory":"256MiB"');
  assertStringIncludes(stdout, "export DOMAIN=hush.example.net");
  assertStringIncludes(stdout, "export TOKEN=***");
  assert(!all.includes("other-token"), all);
});

Deno.test("directory: settings of the command line that nothing can use are wrong usage", async () => {
  const plain = { "/c/a.yaml": "#lxops-v1\nimage: tiny\n" };
  for (
    const [args, message] of [
      [["-e", "A=1", "a.yaml"], "-e and --env-file are for directories"],
      [["-e", "A B=1", "a.yaml"], "-e takes NAME=VALUE"],
      [["-e", "NOT_THERE", "a.yaml"], "the environment has no variable of that name"],
      [["--set", "memory", "a.yaml"], "--set takes KEY=VALUE"],
    ] as const
  ) {
    const { code, stderr } = await lxops(["launch", "--dry-run", ...args], plain);
    assertEquals(code, 2, stderr);
    assertStringIncludes(stderr, message);
  }
  const missing = await lxops(["launch", "--dry-run", "--env-file", "no.env", "dns"]);
  assertEquals([missing.code, missing.stderr.includes("No such file, which --env-file names")], [3, true]);
});

Deno.test("--set replaces one key of any configuration, also of an entry, and is named where it is wrong", async () => {
  const files = {
    "/c/a.yaml": "#lxops-v1\nimage: tiny\ndescription: kept\nconfig: {user.a: x, user.b: y}\n" +
      "devices: {d: {path: /d, dir: /srv/d}}\nprofiles: [default]\n",
  };
  const set = (text: string) =>
    lxops(["launch", "--dry-run", "--set", text, "a.yaml"], files, { "/srv/d": DIRECTORY });
  const changed = await set("config.user.a=z");
  assertStringIncludes(changed.stdout, '"user.a":"z","user.b":"y"', changed.stderr);
  assertStringIncludes((await set("devices.d.readonly=true")).stdout, '"source":"/srv/d","readonly":"true"');
  for (
    const [text, message] of [
      ["limits.memory=lots", "--set limits.memory=lots:1:1 limits.memory: A size"],
      ["limit.memory=1GiB", "--set limit.memory=1GiB:1:1 limit"],
      ["profiles=x", '"profiles" is a list, of which one value cannot be set'],
      ["environment.A=x", "use -e NAME=VALUE"],
    ] as const
  ) {
    const { code, stderr } = await set(text);
    assertEquals(code, 3, stderr);
    assertStringIncludes(stderr, message);
  }
});

Deno.test("directory: data of a user of the machine is refused, unless the container has that user", async () => {
  const data = (uid: number) => ({ "/c/dns/data": { ...DIRECTORY, uid, gid: uid } });
  const refused = await lxops(["launch", "--dry-run", "dns"], FILES, data(1000));
  assertEquals(refused.code, 9, refused.all);
  assertStringIncludes(
    refused.stderr,
    'Cannot give "/c/dns/data" to instance "dns": it belongs to user 1000',
  );
  assertStringIncludes(refused.stderr, 'idmap: ["1000 1000"]');
  assertStringIncludes(refused.stderr, "lxops shiftids -u ");
  const files = { ...FILES, "/c/dns/lxops.yaml": `${FILES["/c/dns/lxops.yaml"]}idmap: ["1000 1000"]\n` };
  const mapped = await lxops(["launch", "--dry-run", "dns"], files, data(1000));
  assert(!mapped.stderr.includes("Cannot give"), mapped.all);
  const own = await lxops(["launch", "--dry-run", "dns"], FILES, data(1000000));
  assertEquals(own.code, 0, own.all);
});

Deno.test("directory: an .env that git tracks or that others can read is a warning", async () => {
  const { stderr } = await lxops(["launch", "--dry-run", "dns"], FILES, {
    "/c/dns/.env": { ...FILE, mode: 0o644 },
  });
  assertStringIncludes(stderr, "dns/.env: warning: Other users can read this file");
});

Deno.test("directory: --bootstrap needs a bootstrap.sh", async () => {
  const files = { "/c/dns/lxops.yaml": "#lxops-v1\nimage: tiny\n" };
  const { code, stderr } = await lxops(["up", "--dry-run", "--bootstrap", "./dns"], files);
  assertEquals(code, 2, stderr);
  assertStringIncludes(stderr, "--bootstrap runs the bootstrap.sh of a directory");
});
