/**
 * Plans as shell scripts, as a dry run prints them. Requests to the daemon and programs in instances are
 * written with lxops' own commands, as neither `incus` nor `lxc` need be installed.
 *
 * @module
 */
import { SHOWN_MARKER } from "../../cloudconfig/batch/batch.ts";
import { withoutSecrets } from "../../cloudconfig/model/secrets.ts";
import type { There } from "../../ports/machine.ts";
import { bareScript, bareUses } from "../../ports/mounts.ts";
import type { Command, InstanceRef, Push, Request } from "../../ports/mod.ts";
import type { Program } from "../../step/program.ts";
import { hereDocument, quote } from "../../base/shell.ts";
import { overSsh } from "../../ssh/ssh.ts";
import type { Batch, Effect, InstancePlan, Plan, Step } from "../../step/step.ts";
import { anywayLines } from "./anyway_lines.ts";
import { checkLine } from "./check_line.ts";
import { hookLine } from "./hook_line.ts";
import { idsLine } from "./ids_line.ts";
import { keepLine } from "./keep_line.ts";
import { secretsLine } from "./secrets_line.ts";
import { copyLine, transferLine } from "./transfer_lines.ts";
import { unpackInput } from "../commands/archive.ts";
import { changeOwner } from "../commands/host.ts";
import { shownNames } from "../instance/reserved_names.ts";
import { shownBody } from "../record/shown.ts";
import { bodyWord } from "../instance/hidden_values.ts";
import { aliasFlags, forgetLine } from "./image_lines.ts";

/** Options for the commands of a script. */
export interface ScriptOptions {
  /** The program to call for what the daemon does: a path, or a name on PATH. */
  readonly program: string;
  /** Global options of each call, as `-socket PATH`. */
  readonly globals: readonly string[];
  /** Project of commands that name none; absent: the default one. */
  readonly project?: string;
  /** True where host programs need `sudo`. */
  readonly sudo: boolean;
  /** Leave passwords and keys of cloud-config files in; without it, a step that has some fails. */
  readonly showSecrets?: boolean;
  /** The random text that names in the plan have: another one in every run, and two dry runs have to be the same. */
  readonly random?: string | undefined;
}

/** Renders a whole plan. */
export function planScript(plan: Plan, options: ScriptOptions): string {
  const parts = [
    "#!/bin/sh",
    "set -eu",
    `lxops() { ${[options.program, ...options.globals].map(quote).join(" ")} "$@"; }`,
  ];
  if (plan.first.length > 0) {
    parts.push(
      "",
      ...(plan.each.length > 0 ? ["# for all instances"] : []),
      ...plan.first.map((step) => stepScript(step, options)),
    );
  } else if (plan.each.length === 0) parts.push("", "# nothing to do");
  for (const one of plan.each) parts.push("", instanceScript(one, options));
  return shownNames(`${parts.join("\n")}\n`, options.random);
}

function instanceScript(plan: InstancePlan, options: ScriptOptions): string {
  const project = plan.instance.project && plan.instance.project !== "default"
    ? ` (project ${plan.instance.project})`
    : "";
  return [
    `# instance ${comment(plan.instance.name)}${project}`,
    ...(plan.notes ?? []).map((note) => `# note: ${comment(note)}`),
    ...plan.steps.flatMap((step, index) => anywayLines(plan.steps, index, stepScript(step, options))),
    ...(plan.steps.length === 0 ? ["# nothing to do"] : []),
  ].join("\n");
}

function stepScript(step: Step, options: ScriptOptions): string {
  return `# ${comment(step.title)}\n${describe(step.effect, options)}`.replace(/\n+$/, "");
}

/** Joins the lines of a comment. */
function comment(text: string): string {
  return text.replaceAll(/[\r\n]+/g, " ");
}

/** Renders one effect as a command line. */
export function describe(effect: Effect, options: ScriptOptions): string {
  switch (effect.kind) {
    case "run":
      return `${bareLine(effect)}${
        effect.busyText === undefined ? runLine(effect, options) : retryLine(runLine(effect, options))
      }`;
    case "send":
      return queryLine(effect, options, effect.already);
    case "publish":
      return queryLine(effect, options, undefined, aliasFlags(effect));
    case "forget":
      return forgetLine(effect);
    case "return":
      return `lxops rebuild --return ${quote(effect.instance.name)}`;
    case "discard":
      return `lxops run${projectFlag(effect.instance, options)} -discard ${quote(effect.instance.name)}`;
    case "stop":
      return `lxops instance stop${projectFlag(effect.instance, options)} -wait-stop ${effect.seconds} ${
        quote(effect.instance.name)
      }`;
    case "exec":
      return execLine(effect, options);
    case "shell":
      return `lxops instance shell${projectFlag(effect.instance, options)}${execFlags(effect)} ${
        quote(effect.instance.name)
      } -- ${effect.argv.map(quote).join(" ")}`;
    case "batch":
      return batchLine(effect, options);
    case "transfer":
      return transferLine(effect);
    case "push":
      return pushLine(effect, options);
    case "copy":
      return copyLine(effect, projectFlag(effect.instance, options));
    case "wait":
      return `lxops instance wait${projectFlag(effect.instance, options)} -timeout ${effect.timeoutSeconds}${
        effect.pauseSeconds ? ` -pause ${effect.pauseSeconds}` : ""
      } -until${effect.until.length === 0 ? "=" : " "}${effect.until.join(",")} ${
        quote(effect.instance.name)
      }`;
    case "check":
      return checkLine(effect, projectFlag(effect.instance, options));
    case "ids":
      return idsLine(effect, projectFlag(effect.instance, options));
    case "hook":
      return hookLine(effect, (exec) => execLine(exec, options), options.showSecrets ?? false);
    case "keep":
      return keepLine(effect, projectFlag(effect.instance, options));
    case "secrets":
      return secretsLine(effect, (exec) => execLine(exec, options), options.showSecrets ?? false);
    case "own":
      if (effect.there) return ownThere(effect, effect.there, options);
      return `${options.sudo ? "sudo " : ""}chown -h "$(lxops instance idmap${
        projectFlag(effect.instance, options)
      } ${quote(effect.instance.name)})" -- ${effect.paths.map(quote).join(" ")}`;
    case "unpack":
      return unpackLine(effect, options);
    case "checksum":
      return `(cd ${quote(effect.directory)} && ${options.sudo ? "sudo " : ""}sha256sum -- ${
        effect.files.map(quote).join(" ")
      } >${quote(effect.list)})`;
    case "verify":
      return `(cd ${quote(effect.directory)} && ${
        options.sudo ? "sudo " : ""
      }sha256sum --check --quiet --strict -- ${quote(effect.list)})`;
    case "write":
      if (effect.optional) return ": # lxops does this itself";
      if (effect.takesBack) return `rm -- ${quote(effect.path)}`;
      return `${effect.isNew ? absentTest(effect.path) : ""}install -D -m ${
        effect.mode.toString(8)
      } /dev/stdin ${quote(effect.path)} ${
        hereDocument(effect.secret && !options.showSecrets ? "(a secret that is not shown)\n" : effect.text)
      }`;
  }
}

/** Returns the commands that end a script where something is at a path. */
function absentTest(path: string): string {
  return `[ ! -e ${quote(path)} ] && [ ! -L ${quote(path)} ] || exit 1; `;
}

/**
 * Returns the line that unpacks content. Where the first program fails, its output must not be taken for a
 * whole archive.
 */
function unpackLine(effect: Extract<Effect, { kind: "unpack" }>, options: ScriptOptions): string {
  const { instance, backup, path, directory, owner, idsOf } = effect;
  const ids = owner !== undefined ? ` -owner ${owner}` : idsOf ? ` -ids-of ${quote(idsOf.name)}` : "";
  const line = `lxops instance content${projectFlag(instance, options)} -backup ${backup}${ids} ${
    quote(instance.name)
  } ${quote(path)}`;
  return `{ ${line} || echo failed; } | ${runLine(unpackInput(directory), options)}`;
}

/**
 * Returns the line that sets an owner on another machine. The owner becomes part of a word that a shell there
 * reads: two numbers and a colon.
 */
function ownThere(
  { instance, paths }: Extract<Effect, { kind: "own" }>,
  { ssh, sudo }: There,
  options: ScriptOptions,
): string {
  const owner = `"$(lxops instance idmap${projectFlag(instance, options)} ${quote(instance.name)})"`;
  const [start, end] = runLine(overSsh(ssh, changeOwner(paths, OWNER), sudo), options).split(
    `${OWNER.uid}:${OWNER.gid}`,
  );
  return `${start}'${owner}'${end}`;
}

/** Stands for an owner that is not known yet; no real one has these numbers. */
const OWNER = { uid: 4294967001, gid: 4294967002 } as const;

/** Looks once more at what must not go into a mount; over ssh that is part of the command itself. */
function bareLine({ argv, trees }: Command): string {
  const uses = argv[0] === "ssh" ? [] : bareUses(trees).filter(({ there }) => !there);
  return uses.length === 0 ? "" : `${bareScript(uses)}\n`;
}

function runLine(command: Command, options: ScriptOptions): string {
  const words = command.argv.map(quote).join(" ");
  // ssh asks for root's rights where they are needed, on the other machine.
  const line = options.sudo && command.argv[0] !== "ssh" ? `sudo ${words}` : words;
  // It would read the rest of a script that comes on standard input.
  const first = command.argv[0] === "ssh" && command.stdin === undefined ? `${line} </dev/null` : line;
  if (command.pipe) return `${first} | ${pipeLine(command.pipe, options)}`;
  return command.stdin === undefined ? first : `${line} ${hereDocument(command.stdin)}`;
}

/** Returns the line of a program that reads another program's output. */
function pipeLine(command: Command, options: ScriptOptions): string {
  return runLine(command, options).replace(/ <\/dev\/null$/, "");
}

/**
 * Returns a line that is repeated until it succeeds. A script cannot examine a failure as lxops does, so it
 * repeats after any.
 */
function retryLine(line: string): string {
  return `tries=0; until ${line}; do tries=$((tries + 1)); [ "$tries" -lt 10 ] || exit 1; sleep 0.5; done`;
}

function queryLine(
  request: Request,
  { showSecrets = false }: ScriptOptions,
  already: string | undefined,
  alias = "",
): string {
  const shown = shownBody(request.body);
  const { word, hides } = request.body === undefined || showSecrets
    ? { word: quote(JSON.stringify(shown) ?? ""), hides: false }
    : bodyWord(shown);
  const body = request.body === undefined ? "" : ` -d ${word}`;
  const content = already === undefined ? "" : ` -already ${quote(already)}`;
  const note = hides ? `${LEFT_OUT}\n` : "";
  return `${note}lxops query -X ${request.method}${content}${alias}${body} ${quote(request.path)}`;
}

/** Returns the flags of a program in an instance, in the order of the help. */
function execFlags({ env, user, cwd, account, limitSeconds, endSeconds }: Program): string {
  const variables = Object.entries(env ?? {}).map(([key, value]) => ` -env ${quote(`${key}=${value}`)}`);
  return [
    ...variables,
    ...(user ? [` -user ${user.uid}:${user.gid}`] : []),
    ...(account === undefined ? [] : [` -user ${quote(account)}`]),
    ...(cwd === undefined ? [] : [` -cwd ${quote(cwd)}`]),
    ...(limitSeconds === undefined ? [] : [` -timeout ${limitSeconds}s`]),
    ...(endSeconds === undefined ? [] : [` -kill-after ${endSeconds}s`]),
  ].join("");
}

function execLine(exec: Program, options: ScriptOptions): string {
  const line = `lxops instance exec${projectFlag(exec.instance, options)}${execFlags(exec)} ${
    quote(exec.instance.name)
  } -- ${exec.argv.map(quote).join(" ")}`;
  if (exec.inherits) return line;
  if (exec.input) return `${printBytes(exec.input)} | ${line}`;
  return exec.stdin === undefined ? `${line} </dev/null` : `${line} ${hereDocument(exec.stdin)}`;
}

const LEFT_OUT = "# Secrets are left out; --show-secrets prints the script with them";

/**
 * Returns the lines of a batch, without secrets unless they are asked for: a reader of the script may not be
 * entitled to its passwords.
 */
function batchLine(batch: Batch, options: ScriptOptions): string {
  const { secrets = [] } = batch;
  // It is another in every run, and two dry runs have to be the same.
  const stdin = (batch.stdin ?? "").replaceAll(batch.marker, SHOWN_MARKER);
  if (batch.optional) return execLine({ ...batch, stdin }, options).replace("\n", " || [ $? = 127 ]\n");
  if (secrets.length === 0 || options.showSecrets) return execLine({ ...batch, stdin }, options);
  return `${LEFT_OUT}\n${execLine({ ...batch, stdin: withoutSecrets(stdin, secrets) }, options)}`;
}

function pushLine(push: Push, options: ScriptOptions): string {
  const values = { mode: push.mode.toString(8).padStart(3, "0"), uid: push.uid, gid: push.gid };
  const flags = (push.set ?? []).map((name) => ` -${name} ${values[name]}`).join("");
  const line = `lxops file push${projectFlag(push.instance, options)}${flags} - ${
    quote(`${push.instance.name}${push.path}`)
  }`;
  return `${printBytes(push.content)} | ${line}`;
}

function printBytes(bytes: Uint8Array): string {
  const octets = [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
  return `printf ${quote(octets)}`;
}

function projectFlag(ref: InstanceRef, options: ScriptOptions): string {
  const project = ref.project || "default";
  return project === (options.project || "default") ? "" : ` -project ${quote(project)}`;
}
