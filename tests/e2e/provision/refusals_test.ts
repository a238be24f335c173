/** Tests that errors of a directory are reported before the first change. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Ground, onBoth, places } from "../support/daemon.ts";

const CANARY = "canary-77d0-hush";

const CONFIG = "#lxops-v1\nimage: tiny\nostype: alpine\n";

/** A mistake of a directory. */
interface Mistake {
  readonly what: string;
  /** Makes the mistake. */
  readonly make: (at: string) => Promise<unknown>;
  readonly code: number;
  readonly says: RegExp;
}

async function write(path: string, text: string, mode = 0o644): Promise<void> {
  await Deno.writeTextFile(path, text);
  await Deno.chmod(path, mode);
}

const hook = (point: string) => `${CONFIG}hooks: {${point}: hook.sh}\n`;

const MISTAKES: readonly Mistake[] = [
  {
    what: "a variable without a value",
    make: (at) => write(`${at}/lxops.yaml`, `${CONFIG}config: {user.a: "\${NOT_THERE}"}\n`),
    code: 3,
    says: /lxops\.yaml:4:10 config\.user\.a: "NOT_THERE" has no value: set it in \.env or "environment"/,
  },
  {
    what: "data that is a link to nowhere",
    make: (at) => Deno.symlink("/nowhere/at/all", `${at}/data`),
    code: 3,
    says: /\/data devices\.data: This link leads to nowhere: make its target, or take the link away/,
  },
  {
    what: "a hook that fails before anything",
    make: async (at) => {
      await write(`${at}/lxops.yaml`, hook("before-launch"));
      await write(`${at}/hook.sh`, "#!/bin/sh\necho it is broken >&2\nexit 3\n", 0o755);
    },
    code: 5,
    says: /hook\.sh" \(\S+lxops\.yaml:4\) failed with exit code 3\n.*it is broken/s,
  },
  {
    what: "a hook that others can change",
    make: async (at) => {
      await write(`${at}/lxops.yaml`, hook("after-start"));
      await write(`${at}/hook.sh`, "#!/bin/sh\n", 0o755);
      await Deno.chmod(at, 0o777);
    },
    code: 3,
    says:
      /lxops\.yaml:4\S* hooks: Hook "\S+hook\.sh" cannot be run: others can change it: everybody can write to/,
  },
  {
    what: "a shell that the container lacks, of a system that is not known",
    make: async (at) => {
      await write(`${at}/lxops.yaml`, "#lxops-v1\nimage: tiny\n");
      await write(`${at}/bootstrap.sh`, "#!/bin/bash\n");
    },
    code: 3,
    says:
      /lxops\.yaml ostype: bootstrap\.sh needs an "ostype", which this configuration lacks and the image does not/,
  },
  {
    what: "an .env with a line that is none",
    make: (at) => write(`${at}/.env`, `A=b\nif [ -f ${CANARY} ]; then\n`, 0o600),
    code: 3,
    says: /\.env:2:1 environment: "if" is of a shell script/,
  },
];

/** Runs `up` on a directory, and returns what it says; fails where it shows a secret, or left anything. */
async function refused(ground: Ground, at: string, name: string) {
  const before = [...Deno.readDirSync(at)].map((one) => one.name).sort();
  const { code, stdout, stderr } = await ground.run(["up", at]);
  assert(!`${stdout}${stderr}`.includes(CANARY), stderr);
  assertEquals([...Deno.readDirSync(at)].map((one) => one.name).sort(), before, stderr);
  const left = await Promise.all(
    [`instances/${name}`, `profiles/${name}.lxops`].map((path) => ground.get(`/1.0/${path}`)),
  );
  assertEquals(left, [undefined, undefined], stderr);
  return { code, stderr };
}

onBoth("an error of a directory is reported with its place, and nothing is changed", [
  "directory",
], async (ground) => {
  const name = ground.name();
  const top = `${places.directory}/${name}`;
  for (const { what, make, code, says } of MISTAKES) {
    const at = `${top}/${name}`;
    await Deno.mkdir(at, { recursive: true });
    await write(`${at}/lxops.yaml`, CONFIG);
    await write(`${at}/bootstrap.sh`, "#!/bin/sh\n");
    await make(at);
    const outcome = await refused(ground, at, name);
    assertEquals(outcome.code, code, `${what}: ${outcome.stderr}`);
    assertMatch(outcome.stderr, says, what);
    await Deno.remove(at, { recursive: true });
  }
});

onBoth(
  "an .env that git tracks, or that others can read, is a warning before anything",
  ["directory"],
  async (ground) => {
    const name = ground.name();
    const at = `${places.directory}/${name}/${name}`;
    await Deno.mkdir(at, { recursive: true });
    await write(`${at}/lxops.yaml`, `${CONFIG}config: {user.a: "\${NOT_THERE}"}\n`);
    await write(`${at}/.env`, `TOKEN=${CANARY}\n`);
    const git = (...args: readonly string[]) =>
      new Deno.Command("git", { args: ["-C", at, ...args] }).output();
    if (!(await git("init", "-q")).success || !(await git("add", ".env")).success) {
      throw new Error("this test needs git");
    }
    const { code, stderr } = await refused(ground, at, name);
    assertEquals(code, 3, stderr);
    const lines = stderr.split("\n");
    const env = lines.filter((line) => line.includes(".env: warning: "));
    assertMatch(env[0]!, /Other users can read this file, whose values are secret: chmod 600/);
    assertMatch(
      env[1]!,
      /Git tracks this file, whose values are secret: git rm --cached it, put it into \.gitignore/,
    );
    assertEquals(env.length, 2, stderr);
  },
);
