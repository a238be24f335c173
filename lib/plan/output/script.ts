/**
 * Plans as shell scripts, as a dry run prints them. Requests to the daemon and programs in instances are
 * written with lxops' own commands, as neither `incus` nor `lxc` need be installed.
 *
 * @module
 */
import { hereDocument, quote } from "../../base/shell.ts";
import type { Effect, InstancePlan, Plan, Step } from "../../step/step.ts";
import { shownNames } from "../instance/reserved_names.ts";
import { aliasFlags, forgetLine } from "./image_lines.ts";
import { anywayLines } from "./anyway_lines.ts";
import { checkLine } from "./check_line.ts";
import { batchLine, execFlags, execLine, projectFlag, pushLine, queryLine } from "./daemon_lines.ts";
import { hookLine } from "./hook_line.ts";
import { bareLine, ownThere, retryLine, runLine, unpackLine } from "./host_lines.ts";
import { idsLine } from "./ids_line.ts";
import { keepLine } from "./keep_line.ts";
import { poolLine } from "./pool_line.ts";
import type { ScriptOptions } from "./script_options.ts";
import { secretsLine } from "./secrets_line.ts";
import { copyLine, transferLine } from "./transfer_lines.ts";

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
    case "pool":
      return poolLine(
        effect,
        projectFlag("instance" in effect ? effect.instance : { ...effect, name: "" }, options),
      );
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
