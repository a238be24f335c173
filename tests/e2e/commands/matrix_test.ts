/**
 * Every command of the command table: in the default project on one daemon, and on the other one in a project that has
 * its own images and profiles or over HTTPS. The columns and daemons take turns; with LXOPS_TEST_CUTS=all, everything
 * is tried on both. With LXOPS_TEST_INCUS7=all the first two are tried on a later Incus, too.
 */
import { assertEquals } from "@std/assert";
import type { AnyCommand, LeafCommand } from "../../../lib/cli/command/command.ts";
import { allCommands } from "../../../lib/cli/commands.ts";
import { plainConfig } from "../support/configs.ts";
import { isWhole, sample } from "../../support/sample.ts";
import { daemons, type Ground, onBoth, turnOf } from "../support/daemon.ts";
import { onIncus7 } from "../support/three_daemons.ts";
import { listen, tokenOf } from "../support/https.ts";
import type { Trial } from "./matrix_cell.ts";
import { ASKS_NO_DAEMON, CELLS } from "./matrix_cells.ts";

const commands = await allCommands();
const isOnIncus7 = Deno.env.get("LXOPS_TEST_INCUS7") === "all";

function leaves(command: AnyCommand, path: readonly string[] = []): [string, LeafCommand][] {
  if (command.kind === "command") return [[path.join(" "), command]];
  return command.commands.flatMap((one) => leaves(one, [...path, one.name]));
}

const LEAVES = new Map(leaves(commands));

Deno.test("the matrix has a cell for every command, and no other", () => {
  assertEquals(CELLS.map(([name]) => name).toSorted(), [...LEAVES.keys()].toSorted());
});

function trialOf(ground: Ground, project: string, isRemote = false): Trial {
  const full = (args: readonly string[]) => {
    const leaf = [...LEAVES].find(([name]) => args.slice(0, name.split(" ").length).join(" ") === name)?.[1];
    const inProject = project !== "default" && leaf && "project" in leaf.flags && !args.includes("addresses");
    const words = args[0] === "query" && project !== "default" && args.length > 2
      ? [...args.slice(0, -1), `${args.at(-1)}?project=${project}`]
      : [...args];
    const flags = [...(isRemote ? ["-remote", "far"] : []), ...(inProject ? [`-project=${project}`] : [])];
    return [...flags, ...words];
  };
  return {
    ground,
    name: ground.name(),
    project,
    isRemote,
    ok: (...args) => ground.ok(full(args)),
    code: async (...args) => (await ground.run(full(args))).code,
  };
}

/** A configuration that needs nothing of this machine. */
const VOLUME = `#lxops-v1
ostype: alpine
image: tiny
filesystems:
  data: {pattern: "volume:default/(instance)", destroy: true}
devices:
  data: {path: /srv/data, filesystem: data}
`;

async function writeFiles(ground: Ground, more: string): Promise<void> {
  const text = more === "" ? plainConfig() : VOLUME;
  await ground.write("m.yaml", `${text}description: of the matrix\ncloud-config-files: [m.cfg]\n`);
  await ground.write("m.cfg", '#cloud-config\nwrite_files:\n- {path: /etc/m, content: "one\\n"}\n');
}

async function tryAll(trial: Trial, t: Deno.TestContext): Promise<void> {
  for (const [name, cell] of CELLS) await t.step(name, async () => void await cell(trial));
}

/** Tries what may be different elsewhere than in the default project on the daemon's socket. */
async function tryElsewhere(trial: Trial, t: Deno.TestContext): Promise<void> {
  for (const [name, cell] of CELLS) {
    if (!ASKS_NO_DAEMON.includes(name)) await t.step(name, async () => void await cell(trial));
  }
}

const DEFAULT_PROJECT = "every command, in the default project";

async function inDefault(ground: Ground, t: Deno.TestContext): Promise<void> {
  await writeFiles(ground, "");
  await tryAll(trialOf(ground, "default"), t);
}

/** The daemon of the default project; the other one has another column. */
const first = turnOf(DEFAULT_PROJECT);
const others = isWhole() ? daemons : daemons.filter((daemon) => daemon !== first);

onBoth(DEFAULT_PROJECT, ["directory"], inDefault, isWhole() ? daemons : [first]);
if (isOnIncus7) onIncus7(DEFAULT_PROJECT, ["directory"], inDefault);

async function inProject(ground: Ground, t: Deno.TestContext): Promise<void> {
  const project = `${ground.id}-p`;
  await makeProject(ground, project);
  try {
    await writeFiles(ground, "");
    await tryElsewhere(trialOf(ground, project), t);
  } finally {
    await removeProject(ground, project);
  }
}

const OWN_PROJECT = "every command that asks a daemon, in a project with its own features";
const OVER_HTTPS = "every command that asks a daemon, over HTTPS, without a directory of this machine";

/**
 * Number of the column, of two, that a run takes. Over the commits, both daemons get both columns, as `turnOf()` uses
 * another bit.
 */
const column = (sample() >>> 1) % 2;

if (isWhole() || column === 0) onBoth(OWN_PROJECT, ["directory"], inProject, others);
if (isOnIncus7) onIncus7(OWN_PROJECT, ["directory"], inProject);

// Not on Incus 7, whose network is one of its own.
if (isWhole() || column === 1) {
  onBoth(OVER_HTTPS, [], async (ground, t) => {
    await using _listening = await listen(ground);
    await ground.ok(["remote", "add", "far", await tokenOf(ground)]);
    await writeFiles(ground, "remote");
    await tryElsewhere(trialOf(ground, "default", true), t);
  }, others);
}

async function makeProject(ground: Ground, project: string): Promise<void> {
  const config = Object.fromEntries(
    ["images", "profiles", "storage.volumes"].map((feature) => [`features.${feature}`, "true"]),
  );
  await ground.ok(["query", "-X", "POST", "-d", JSON.stringify({ name: project, config }), "/1.0/projects"]);
  const { devices } = await ground.get("/1.0/profiles/default");
  const profile = `/1.0/profiles/default?project=${project}`;
  await ground.ok(["query", "-X", "PATCH", "-d", JSON.stringify({ devices }), profile]);
  for (const image of ["tiny", "tiny2"]) {
    await ground.ok([
      "image",
      "copy",
      "-from-project=default",
      `-project=${project}`,
      "-copy-aliases",
      image,
    ]);
  }
}

async function removeProject(ground: Ground, project: string): Promise<void> {
  const query = `?project=${project}`;
  const name = ground.name();
  for (const one of ["", "r", "c", "d"].map((end) => `${name}${end}`)) {
    await ground.run(["instance", "stop", "-wait-stop=0", `-project=${project}`, one]);
    await ground.run(["query", "-X", "DELETE", `/1.0/instances/${one}${query}`]);
    await ground.run(["query", "-X", "DELETE", `/1.0/profiles/${one}.lxops${query}`]);
  }
  for (const path of await ground.get(`/1.0/images${query}`) ?? []) {
    await ground.run(["query", "-X", "DELETE", `${path.split("?")[0]}${query}`]);
  }
  await ground.run(["query", "-X", "DELETE", `/1.0/projects/${project}`]);
}
