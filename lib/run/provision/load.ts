/**
 * Loading of hooks, secrets and kept files, and checks of their programs, before anything changes.
 *
 * @module
 */
import { ConfigError, type Issue, reasonOf } from "../../base/errors.ts";
import { HOOK_POINTS, type HookPoint } from "../../config/schema/provision_keys.ts";
import { sortIssues } from "../../config/schema/validate.ts";
import { isDeletion, type Provisions } from "../../plan/provision/provision.ts";
import { problem, type Target } from "../../plan/world.ts";
import type { Host } from "../../ports/mod.ts";
import type { InstancePlan } from "../../step/step.ts";
import { readSecrets } from "./secrets.ts";

/** Returns the points whose hooks a command can run. */
function pointsOf(command: string): readonly HookPoint[] {
  return HOOK_POINTS.filter((point) => point.endsWith("-delete") === isDeletion(command));
}

/** The provisions of targets, with warnings about their files. */
export interface LoadedProvisions {
  readonly provisions: ReadonlyMap<Target, Provisions>;
  readonly warnings: readonly Issue[];
}

/**
 * Reads the provisions of targets; `deliver` chooses the targets whose secrets are to be delivered.
 *
 * @throws {ConfigError} where something cannot be read
 */
export async function loadProvisions(
  targets: readonly Target[],
  command: string,
  host: Host,
  deliver: (target: Target) => boolean = () => false,
): Promise<LoadedProvisions> {
  const issues: Issue[] = [];
  const warnings: Issue[] = [];
  const found = await Promise.all(
    targets.map(async (target): Promise<[Target, Provisions]> => {
      const scripts = new Map<string, string>();
      for (const point of pointsOf(command)) {
        for (const [index, hook] of (target.instance.config.hooks[point] ?? []).entries()) {
          if (hook.in !== "guest" || scripts.has(hook.run)) continue;
          const text = await host.readText(hook.run).catch((error: unknown) => {
            issues.push(
              problem(target, `hooks.${point}.${index}`, `Cannot read "${hook.run}": ${reasonOf(error)}`),
            );
            return "";
          });
          if (text === undefined) {
            issues.push(problem(target, `hooks.${point}.${index}`, `There is no file "${hook.run}"`));
          }
          scripts.set(hook.run, text ?? "");
        }
      }
      const secrets = deliver(target)
        ? await readSecrets(target, host).catch((error: unknown) => {
          if (!(error instanceof ConfigError)) throw error;
          issues.push(...error.issues);
          return undefined;
        })
        : undefined;
      warnings.push(...secrets?.warnings ?? []);
      const { settings = new Map<string, string>(), secretValues = [] } = target;
      return [target, {
        command,
        scripts,
        settings: Object.fromEntries(settings),
        hidden: [...secretValues].filter((value) => value !== ""),
        ...(secrets ? { secrets: secrets.secrets } : {}),
      }];
    }),
  );
  if (issues.length > 0) throw new ConfigError(sortIssues(issues));
  return { provisions: new Map(found), warnings };
}

/**
 * Checks the hooks of plans: the programs must exist, and other users must not be able to change them.
 *
 * @throws {ConfigError} with all that is wrong
 */
export async function checkHooks(plans: readonly InstancePlan[], host: Host): Promise<void> {
  const effects = plans.flatMap(({ steps }) => steps.map(({ effect }) => effect));
  const hooks = effects.flatMap((effect) => effect.kind === "hook" ? [effect] : []);
  if (hooks.length === 0 || !host.launcher) return;
  const launcher = await host.launcher();
  const issues = await Promise.all(hooks.map(async ({ path, how, location }): Promise<Issue[]> => {
    const issue = (message: string): Issue[] => [
      { ...(location ?? { file: path }), key: "hooks", message, severity: "error" },
    ];
    if (how.in === "guest") {
      const exposed = await launcher.exposure(path);
      return exposed === undefined
        ? []
        : issue(`Hook "${path}" is not run, as others can change it: ${exposed}`);
    }
    const found = await launcher.find(path);
    return "problem" in found ? issue(`Hook "${path}" cannot be run: ${found.problem}`) : [];
  }));
  const all = issues.flat();
  if (all.length > 0) throw new ConfigError(all);
}
