/**
 * The report on an instance that the Go lxops may have made, before this lxops works on it.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";
import type { InstanceInfo } from "../../ports/mod.ts";
import { hasMark, hasOwnProfile, isRunning } from "../instance/ownership.ts";
import type { Target } from "../world.ts";

/** The report on the instance of a target. */
export interface InstanceFinding {
  /** Lines for the user, the first one without an indentation. */
  readonly lines: readonly string[];
  /** A command would act differently from the Go lxops. */
  readonly differs: boolean;
}

/** Describes the instance of a target; `info` is absent where there is none. */
export function instanceFinding(target: Target, info: InstanceInfo | undefined): InstanceFinding {
  const { name, file, ownProfile } = target.instance;
  if (!info) return { lines: [`there is no instance "${name}"; lxops launch makes it`], differs: false };
  const state = isRunning(info) ? "running" : "stopped";
  if (hasMark(info)) {
    return { lines: [`instance "${name}" (${state}) is one of this lxops already`], differs: false };
  }
  const see = `  To see what lxops up would change: lxops plan ${nameFlag(target)}${quote(file)}`;
  if (!hasOwnProfile(info, target)) {
    return {
      lines: [
        `instance "${name}" (${state}) does not have the profile "${ownProfile}": commands that change it refuse it ` +
        "without --adopt",
        see,
      ],
      differs: true,
    };
  }
  const { cloudConfigs } = target;
  const again = cloudConfigs.length === 0 ? [] : [
    "  It has no journal, so that up and configure apply its cloud-config files once more:",
    `  ${cloudConfigs.map((one) => one.file).join(", ")}`,
  ];
  return {
    lines: [
      `instance "${name}" (${state}) is one of the Go lxops, known by its profile "${ownProfile}"; commands use it ` +
      "unchanged",
      ...again,
      see,
    ],
    differs: again.length > 0,
  };
}

function nameFlag({ instance: { name, file } }: Target): string {
  const own = (file.split("/").at(-1) ?? "").replace(/\.ya?ml$/, "");
  return own === name || own === "lxops" ? "" : `--name ${quote(name)} `;
}
