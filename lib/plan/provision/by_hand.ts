/**
 * Hooks that the same command does not run again.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";
import type { Step } from "../../step/step.ts";
import type { Target } from "../world.ts";

/** The variables of lxops for a hook; those of settings may be secret. */
const OWN: readonly string[] = [
  "LXOPS_HOOK",
  "LXOPS_NAME",
  "LXOPS_INSTANCE",
  "LXOPS_PROJECT",
  "LXOPS_DIR",
  "LXOPS_CONFIG",
  "LXOPS_PROGRAM",
];

/**
 * Returns advice on a failed hook `after-delete`, and on those after it: the instance is gone, so that the same command
 * has nothing to do. Settings, which may be secret, are not shown.
 */
export function deletedAdvice({ effect }: Step, { instance: { config, file } }: Target): readonly string[] {
  if (effect.kind !== "hook" || effect.how.in !== "host") return [];
  const { env, directory } = effect.how.program;
  if (env["LXOPS_HOOK"] !== "after-delete") return [];
  const hooks = config.hooks["after-delete"] ?? [];
  const { path, args } = effect.how.program;
  const at = hooks.findIndex((hook) => hook.run === path && hook.args.join("\0") === args.join("\0"));
  const variables = Object.entries(env).filter(([name]) => OWN.includes(name))
    .map(([name, value]) => `${name}=${quote(value)}`).join(" ");
  const hide = (text: string) => effect.secrets.reduce((all, one) => all.replaceAll(one, "***"), text);
  const lines = hooks.slice(Math.max(at, 0)).map(({ run, args }) =>
    [run, ...args].map((word) => quote(hide(word))).join(" ")
  );
  return [
    "The instance is deleted, so the same command does not run the hook again. To run it by hand" +
    `${lines.length > 1 ? ", with those after it" : ""}:`,
    ...lines.map((line) => `(cd ${quote(directory)} && env ${variables} ${line})`),
    ...(Object.keys(env).some((name) => !OWN.includes(name))
      ? [`Its environment has the settings of "${file}", too`]
      : []),
  ];
}
