/**
 * The table of all commands. Each is loaded by name, so that a command line loads only the command that it begins
 * with; the help of all of them loads every one.
 *
 * @module
 */
import { type AnyCommand, type GroupCommand, root } from "./command/command.ts";

/** A command by name, with the import that loads it. */
type Entry = readonly [name: string, load: () => Promise<AnyCommand>];

/** The commands in the order of the help, by the section of it that lists them. */
const SECTIONS: readonly (readonly [title: string, commands: readonly Entry[]])[] = [
  ["Everyday", [
    ["up", async () => (await import("./commands/changes/up.ts")).up],
    ["plan", async () => (await import("./commands/changes/plan.ts")).plan],
    ["status", async () => (await import("./commands/changes/plan.ts")).status],
    ["ps", async () => (await import("./commands/everyday/look.ts")).ps],
    ["logs", async () => (await import("./commands/everyday/look.ts")).logs],
    ["exec", async () => (await import("./commands/everyday/exec.ts")).exec],
    ["shell", async () => (await import("./commands/everyday/exec.ts")).shell],
    ["top", async () => (await import("./commands/everyday/exec.ts")).top],
    ["cp", async () => (await import("./commands/everyday/cp.ts")).cp],
    ["start", async () => (await import("./commands/everyday/state.ts")).start],
    ["stop", async () => (await import("./commands/everyday/state.ts")).stop],
    ["restart", async () => (await import("./commands/everyday/state.ts")).restart],
    ["kill", async () => (await import("./commands/everyday/state.ts")).kill],
    ["pause", async () => (await import("./commands/everyday/state.ts")).pause],
    ["unpause", async () => (await import("./commands/everyday/state.ts")).unpause],
    ["down", async () => (await import("./commands/everyday/down.ts")).down],
    ["run", async () => (await import("./commands/run/run.ts")).run],
    ["init", async () => (await import("./commands/configs/init.ts")).init],
  ]],
  ["Instances of configuration files", [
    ["launch", async () => (await import("./commands/instances/launch.ts")).launch],
    ["configure", async () => (await import("./commands/instances/launch.ts")).configure],
    ["rebuild", async () => (await import("./commands/instances/launch.ts")).rebuild],
    ["lost", async () => (await import("./commands/changes/lost.ts")).lost],
    ["prune", async () => (await import("./commands/instances/launch.ts")).prune],
    ["check", async () => (await import("./commands/instances/check.ts")).check],
    ["delete", async () => (await import("./commands/instances/delete.ts")).deleteCommand],
    ["destroy", async () => (await import("./commands/instances/delete.ts")).destroy],
    ["rename", async () => (await import("./commands/instances/rename.ts")).rename],
    ["rehearse", async () => (await import("./commands/rehearse/rehearse.ts")).rehearse],
    ["adopt", async () => (await import("./commands/configs/adopt.ts")).adopt],
    ["create", async () => (await import("./commands/everyday/create.ts")).create],
  ]],
  ["Data", [
    ["snapshot", async () => (await import("./commands/data/snapshot.ts")).snapshot],
    ["rollback", async () => (await import("./commands/data/snapshot.ts")).rollback],
    ["export", async () => (await import("./commands/data/export.ts")).exportCommand],
    ["import", async () => (await import("./commands/data/export.ts")).importCommand],
    ["copy-filesystems", async () => (await import("./commands/data/copy.ts")).copyFilesystems],
    ["extract", async () => (await import("./commands/instances/devices.ts")).extract],
    ["volume", async () => (await import("./commands/data/volume.ts")).volume],
  ]],
  ["Images, pools and CI", [
    ["image", async () => (await import("./commands/daemon/image.ts")).image],
    ["publish", async () => (await import("./commands/instances/publish.ts")).publish],
    ["pool", async () => (await import("./commands/pool/pool.ts")).pool],
    ["ci", async () => (await import("./commands/ci/ci.ts")).ci],
  ]],
  ["Configuration", [
    ["i", async () => (await import("./commands/configs/i.ts")).i],
    ["config", async () => (await import("./commands/configs/config.ts")).config],
    ["property", async () => (await import("./commands/configs/property.ts")).property],
    ["profile", async () => (await import("./commands/instances/profile.ts")).profile],
    ["cloudconfig", async () => (await import("./commands/instances/cloudconfig.ts")).cloudconfig],
    ["migrate", async () => (await import("./commands/configs/migrate.ts")).migrate],
    ["ostypes", async () => (await import("./commands/configs/ostypes.ts")).ostypes],
  ]],
  ["Daemons and their objects", [
    ["doctor", async () => (await import("./commands/doctor/doctor.ts")).doctor],
    ["instance", async () => (await import("./commands/instance/instance.ts")).instance],
    ["file", async () => (await import("./commands/instance/file.ts")).file],
    ["project", async () => (await import("./commands/daemon/project.ts")).project],
    ["remote", async () => (await import("./commands/daemon/remote.ts")).remote],
  ]],
  ["Expert", [
    ["create-devices", async () => (await import("./commands/instances/devices.ts")).createDevices],
    ["create-profile", async () => (await import("./commands/instances/devices.ts")).createProfile],
    ["shiftids", async () => (await import("./commands/data/shiftids.ts")).shiftids],
    ["query", async () => (await import("./commands/daemon/query.ts")).query],
  ]],
  ["lxops itself", [
    ["completion", async () => (await import("./commands/configs/completion.ts")).completion],
    ["help", async () => (await import("./commands/configs/help.ts")).helpCommand(allCommands)],
    ["version", async () => (await import("./commands/configs/version.ts")).version],
  ]],
];

/** Commands that programs call, which no help shows. */
const HIDDEN: readonly Entry[] = [
  ["__complete", async () => (await import("./commands/configs/completion.ts")).completeCommand(commandsFor)],
];

/** Ways to ask for the version that are no command. */
const VERSION_FLAGS: ReadonlySet<string> = new Set(["--version", "-version", "-V"]);

/** Returns the tree with the command that a command line begins with, or with all where it begins with no name. */
export async function commandsFor([first = ""]: readonly string[]): Promise<GroupCommand> {
  const name = VERSION_FLAGS.has(first) ? "version" : first;
  const found = [...entries(), ...HIDDEN].find(([known]) => known === name);
  return found ? root([await found[1]()]) : await allCommands();
}

/** Returns the tree of all commands. */
export async function allCommands(): Promise<GroupCommand> {
  const sections = SECTIONS.map(([title, commands]) => ({ title, names: commands.map(([name]) => name) }));
  return root(await Promise.all(entries().map(([, load]) => load())), sections);
}

function entries(): readonly Entry[] {
  return SECTIONS.flatMap(([, commands]) => commands);
}
