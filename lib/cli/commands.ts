/**
 * The table of all commands. Each is loaded by name, so that a command line loads only the command that it begins
 * with; the help of all of them loads every one.
 *
 * @module
 */
import { type AnyCommand, type GroupCommand, root } from "./command/command.ts";

/** The commands in the order of the help, each with the import that loads it. */
const COMMANDS: readonly (readonly [name: string, load: () => Promise<AnyCommand>])[] = [
  ["plan", async () => (await import("./commands/changes/plan.ts")).plan],
  ["up", async () => (await import("./commands/changes/up.ts")).up],
  ["launch", async () => (await import("./commands/instances/launch.ts")).launch],
  ["configure", async () => (await import("./commands/instances/launch.ts")).configure],
  ["rebuild", async () => (await import("./commands/instances/launch.ts")).rebuild],
  ["prune", async () => (await import("./commands/instances/launch.ts")).prune],
  ["down", async () => (await import("./commands/everyday/down.ts")).down],
  ["ps", async () => (await import("./commands/everyday/look.ts")).ps],
  ["logs", async () => (await import("./commands/everyday/look.ts")).logs],
  ["start", async () => (await import("./commands/everyday/state.ts")).start],
  ["stop", async () => (await import("./commands/everyday/state.ts")).stop],
  ["restart", async () => (await import("./commands/everyday/state.ts")).restart],
  ["kill", async () => (await import("./commands/everyday/state.ts")).kill],
  ["pause", async () => (await import("./commands/everyday/state.ts")).pause],
  ["unpause", async () => (await import("./commands/everyday/state.ts")).unpause],
  ["exec", async () => (await import("./commands/everyday/exec.ts")).exec],
  ["shell", async () => (await import("./commands/everyday/exec.ts")).shell],
  ["top", async () => (await import("./commands/everyday/exec.ts")).top],
  ["cp", async () => (await import("./commands/everyday/cp.ts")).cp],
  ["run", async () => (await import("./commands/run/run.ts")).run],
  ["ci", async () => (await import("./commands/ci/ci.ts")).ci],
  ["create", async () => (await import("./commands/everyday/create.ts")).create],
  ["pool", async () => (await import("./commands/pool/pool.ts")).pool],
  ["check", async () => (await import("./commands/instances/check.ts")).check],
  ["delete", async () => (await import("./commands/instances/delete.ts")).deleteCommand],
  ["destroy", async () => (await import("./commands/instances/delete.ts")).destroy],
  ["create-devices", async () => (await import("./commands/instances/devices.ts")).createDevices],
  ["extract", async () => (await import("./commands/instances/devices.ts")).extract],
  ["create-profile", async () => (await import("./commands/instances/devices.ts")).createProfile],
  ["rename", async () => (await import("./commands/instances/rename.ts")).rename],
  ["snapshot", async () => (await import("./commands/data/snapshot.ts")).snapshot],
  ["rollback", async () => (await import("./commands/data/snapshot.ts")).rollback],
  ["export", async () => (await import("./commands/data/export.ts")).exportCommand],
  ["import", async () => (await import("./commands/data/export.ts")).importCommand],
  ["copy-filesystems", async () => (await import("./commands/data/copy.ts")).copyFilesystems],
  ["init", async () => (await import("./commands/configs/init.ts")).init],
  ["config", async () => (await import("./commands/configs/config.ts")).config],
  ["i", async () => (await import("./commands/configs/i.ts")).i],
  ["property", async () => (await import("./commands/configs/property.ts")).property],
  ["ostypes", async () => (await import("./commands/configs/ostypes.ts")).ostypes],
  ["cloudconfig", async () => (await import("./commands/instances/cloudconfig.ts")).cloudconfig],
  ["instance", async () => (await import("./commands/instance/instance.ts")).instance],
  ["file", async () => (await import("./commands/instance/file.ts")).file],
  ["image", async () => (await import("./commands/daemon/image.ts")).image],
  ["volume", async () => (await import("./commands/data/volume.ts")).volume],
  ["publish", async () => (await import("./commands/instances/publish.ts")).publish],
  ["profile", async () => (await import("./commands/instances/profile.ts")).profile],
  ["project", async () => (await import("./commands/daemon/project.ts")).project],
  ["remote", async () => (await import("./commands/daemon/remote.ts")).remote],
  ["shiftids", async () => (await import("./commands/data/shiftids.ts")).shiftids],
  ["query", async () => (await import("./commands/daemon/query.ts")).query],
  ["completion", async () => (await import("./commands/configs/completion.ts")).completion],
  ["help", async () => (await import("./commands/configs/help.ts")).helpCommand(allCommands)],
  ["version", async () => (await import("./commands/configs/version.ts")).version],
];

/** Commands that programs call, which no help shows. */
const HIDDEN: readonly (readonly [name: string, load: () => Promise<AnyCommand>])[] = [
  ["__complete", async () => (await import("./commands/configs/completion.ts")).completeCommand(commandsFor)],
];

/** Returns the tree with the command that a command line begins with, or with all where it begins with no name. */
export async function commandsFor([name]: readonly string[]): Promise<GroupCommand> {
  const found = [...COMMANDS, ...HIDDEN].find(([known]) => known === name);
  return found ? root([await found[1]()]) : await allCommands();
}

/** Returns the tree of all commands. */
export async function allCommands(): Promise<GroupCommand> {
  return root(await Promise.all(COMMANDS.map(([, load]) => load())));
}
