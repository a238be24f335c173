/** Completion in real shells in a terminal, with names of a real daemon. */
import { assert, assertEquals } from "@std/assert";
import { connect } from "../../../scripts/testbed/rest.ts";
import { childrenTime } from "../../support/work_time.ts";
import { type Ground, inTurn, onBoth, socketVariable } from "../support/daemon.ts";
import { type Shell, SHELLS, typed } from "../support/typing.ts";

/** Makes an instance, and names that a shell takes for something else. */
async function prepare(ground: Ground): Promise<string> {
  const name = ground.name();
  await ground.ok(["create", "tiny", name]);
  await Deno.mkdir(`${ground.dir}/bin`);
  await Deno.mkdir(`${ground.dir}/work/my dir`, { recursive: true });
  const program = ground.daemon.argv.map((word) => `'${word}'`).join(" ");
  await Deno.writeTextFile(`${ground.dir}/bin/lxops`, `#!/bin/sh\nexec ${program} "$@"\n`, { mode: 0o755 });
  for (const file of ["$(touch hit) it's.yaml", 'we"b.yml', "my dir/lxops.yaml"]) {
    await Deno.writeTextFile(`${ground.dir}/work/${file}`, "#lxops-v1\n");
  }
  return name;
}

function surroundings(ground: Ground) {
  const deno = Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`;
  const env = {
    HOME: ground.dir,
    PATH: `${ground.dir}/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    DENO_DIR: deno,
    ...socketVariable(ground.daemon),
  };
  return { cwd: `${ground.dir}/work`, env };
}

async function assertCompletes(shell: Shell, ground: Ground): Promise<void> {
  const name = await prepare(ground);
  const rest = connect(ground.daemon.socket!);
  const alias = `${ground.id} own; $(touch hit)`;
  const snapshot = "before-upgrade";
  const [image] = await ground.get("/1.0/images?recursion=1") as readonly { fingerprint: string }[];
  try {
    await rest.send("POST", "/1.0/images/aliases", { name: alias, target: image!.fingerprint });
    await rest.send("POST", `/1.0/instances/${name}/snapshots`, { name: snapshot });
    const rows: readonly (readonly [line: string, words: readonly string[]])[] = [
      ["lxops ver\t", ["version"]],
      ["lxops image ali\tren\t", ["image", "alias", "rename"]],
      ["lxops launch --dry\t", ["launch", "--dry-run"]],
      [`lxops exec ${name.slice(0, -1)}\t`, ["exec", name]],
      [`lxops image show ${ground.id}\t`, ["image", "show", alias]],
      [`lxops publish ${name}/bef\t`, ["publish", `${name}/${snapshot}`]],
      ["lxops profile exists defau\t", ["profile", "exists", "default"]],
      ["lxops launch \\$\t", ["launch", "$(touch hit) it's.yaml"]],
      ["lxops launch we\t", ["launch", 'we"b.yml']],
      ["lxops launch my\tlx\t", ["launch", "my dir/lxops.yaml"]],
      [`lxops ps --socket=${ground.daemon.socket!.slice(0, -3)}\t`, [
        "ps",
        `--socket=${ground.daemon.socket}`,
      ]],
      ["lxops --socket /nowhere exec defau\t", ["--socket", "/nowhere", "exec", "defau"]],
    ];
    const expected = rows.map(([line, words]) => [line, ["lxops", ...words]] as const);
    assertEquals(
      await typed(shell, expected, surroundings(ground)),
      expected.map(([, words]) => words),
    );
    const left = [...Deno.readDirSync(`${ground.dir}/work`)].map(({ name }) => name);
    assert(!left.includes("hit"), "a name was run as a command");
  } finally {
    await rest.send("DELETE", `/1.0/images/aliases/${encodeURIComponent(alias)}`);
    rest[Symbol.dispose]();
  }
}

for (const shell of SHELLS) {
  const title = "completes commands, flags, names of the daemon and files, whatever characters they have";
  if (shell.name === "bash") onBoth(`bash ${title}`, [], (ground) => assertCompletes(shell, ground));
  else inTurn(`${shell.name} ${title}`, [shell.name], (ground) => assertCompletes(shell, ground));
}

onBoth(
  "__complete takes at most 80 ms of processor time, and is silent without a daemon",
  [],
  async (ground) => {
    let least = Infinity;
    // Other programs make each other's work take longer, so the best of some runs counts.
    for (let runs = 0; runs < 10 && least > 80; runs++) {
      const before = childrenTime();
      await ground.ok(["__complete", "bash", "lxops exec ", "", " "]);
      least = Math.min(least, childrenTime() - before);
      // From source, Deno compiles every module first.
      if (ground.daemon.argv.length > 1) least = 0;
    }
    assert(least <= 80, `${least} ms`);
    const gone = await ground.run(["__complete", "bash", "lxops --socket /nowhere exec ", "", " "]);
    assertEquals(gone, { code: 0, stdout: "", stderr: "" });
  },
);
