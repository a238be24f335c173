/**
 * Flags of other programs, and what lxops has in their place.
 *
 * @module
 */

/** A flag of other programs. */
export interface ForeignFlag {
  readonly names: readonly string[];
  /** The commands that it is typed with, without the program; absent: all. */
  readonly commands?: readonly string[];
  /** A flag that the command must have for the advice. */
  readonly needs?: string;
  /** The command must take files. */
  readonly files?: true;
  readonly advice: string;
}

const CHANGING = ["up", "plan", "launch", "rebuild", "configure"] as const;

/** All flags of other programs that lxops knows. */
export const FOREIGN: readonly ForeignFlag[] = [
  { names: ["image"], commands: CHANGING, advice: "Another image for this run: --set image=IMAGE" },
  {
    names: ["image", "template"],
    commands: ["init"],
    advice: "A directory for an image: lxops init --from IMAGE DIR",
  },
  {
    names: ["v", "volume", "bind"],
    commands: ["run"],
    advice: "A directory of this machine in the instance: --mount SRC:DST",
  },
  {
    names: ["volume", "v", "mount", "publish", "port", "network"],
    commands: ["create", "launch", "up"],
    advice: "Directories, ports and networks are in the configuration: lxops help device, lxops help port",
  },
  {
    names: ["publish", "port", "expose"],
    commands: ["run"],
    advice: "An instance of run is reached at its own address; ports are in a configuration: lxops help port",
  },
  {
    names: ["d", "detach", "background"],
    commands: ["run"],
    advice: "An instance that stays: lxops create --start IMAGE NAME, or a configuration and lxops up",
  },
  { names: ["network"], commands: ["run"], advice: "The network: --net" },
  { names: ["m", "memory", "cpus", "cpu"], commands: ["run"], advice: "Limits: --limits cpu=N,memory=SIZE" },
  {
    names: ["m", "memory", "cpus", "cpu"],
    commands: ["create"],
    advice: "The key of the daemon: -c limits.memory=SIZE or -c limits.cpu=N",
  },
  {
    names: ["m", "memory", "cpus", "cpu"],
    commands: ["up", "launch"],
    advice: "Limits are in the configuration: lxops help limits; for this run: --set limits.memory=SIZE",
  },
  {
    names: ["privileged"],
    commands: ["run", "create"],
    advice: "The key of the daemon: -c security.privileged=true",
  },
  { names: ["t", "tag"], commands: ["image build"], advice: "The name of the image: --alias NAME" },
  {
    names: ["f", "filter"],
    commands: ["ps"],
    advice: "Name the instances: lxops ps NAME...; see also lxops instance list",
  },
  {
    names: ["n", "name"],
    commands: ["ps", "logs", "exec", "shell", "start", "stop", "restart", "down"],
    advice: "The instance is an operand, without a flag",
  },
  { names: ["f", "file", "config-file"], files: true, advice: "Files are operands, without a flag" },
  { names: ["yes", "auto-approve", "assume-yes"], needs: "y", advice: "Without the question: -y" },
  {
    names: ["y", "yes", "auto-approve", "assume-yes"],
    needs: "plan",
    advice: "This command asks nothing; --plan shows what it would do",
  },
  {
    names: ["verbose", "debug"],
    commands: ["up", "launch", "rebuild", "configure", "delete", "destroy"],
    advice: "All output of programs: -v",
  },
  { names: ["o", "output"], needs: "json", advice: "Results for programs: --json" },
  { names: ["context", "host", "H"], advice: "Another daemon: --remote NAME or --socket PATH" },
];

/** A command that lacks a flag. */
interface Lacking {
  /** Its words behind the program. */
  readonly command: string;
  /** The operands as its usage shows them. */
  readonly usage: string;
  readonly flags: readonly string[];
}

/** Returns advice about a flag that a command does not have; none where no other program has one of that name. */
export function foreignFlag(name: string, { command, usage, flags }: Lacking): readonly string[] {
  const found = FOREIGN.find(({ names, commands, needs, files }) =>
    names.includes(name) && (commands === undefined || commands.includes(command)) &&
    (needs === undefined || flags.includes(needs)) && (!files || /\b(FILE|DIR)\b/.test(usage))
  );
  return found ? [found.advice] : [];
}
