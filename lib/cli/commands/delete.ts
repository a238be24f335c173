/**
 * `delete` and `destroy`.
 *
 * @module
 */
import { command } from "../command.ts";
import { changeFlags, configFlags, launcherFlags, stopFlags } from "../flags.ts";
import { remaining } from "../../plan/remains.ts";
import { planOptions, runLifecycle } from "../lifecycle.ts";

const flags = {
  ...configFlags,
  ...changeFlags,
  ...stopFlags,
  ...launcherFlags,
  force: { kind: "boolean", help: "Stop a running instance first" },
} as const;

/** `lxops delete`. */
export const deleteCommand = command({
  name: "delete",
  summary: "Delete stopped instances and their profiles; their filesystems stay",
  flags,
  operands: { usage: "FILE...", min: 1 },
  example: "lxops delete php.yaml",
  underTheHood: "DELETE instance, DELETE profile; with -force PUT state first",
  run: (values, operands, app) =>
    runLifecycle(
      {
        name: "delete",
        daemonOnly: true,
        needs: { zfsSnapshots: true, sizes: true },
        options: planOptions(values),
        planner: async () => (await import("../../plan/delete.ts")).planDelete,
        result: remaining,
      },
      values,
      operands,
      app,
    ),
});

/** `lxops destroy`. */
export const destroy = command({
  name: "destroy",
  summary: "Delete stopped instances, their profiles, and their filesystems that say destroy: true",
  flags: { ...flags, y: { kind: "boolean", help: "Do not ask, also on a terminal" } },
  operands: { usage: "FILE...", min: 1 },
  example: "lxops destroy php.yaml",
  underTheHood: "DELETE instance, DELETE profile, zfs destroy -r, rm -r, DELETE volume",
  run: (values, operands, app) =>
    runLifecycle(
      {
        name: "destroy",
        needs: { allProjects: true, zfsSnapshots: true, sizes: true, trees: true },
        options: planOptions(values),
        planner: async () => (await import("../../plan/delete.ts")).planDestroy,
        ...(values.y ? {} : { question: "Destroy all this?" }),
      },
      values,
      operands,
      app,
    ),
});
