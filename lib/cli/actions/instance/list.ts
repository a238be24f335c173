/**
 * The command `instance list`.
 *
 * @module
 */
import { EXIT } from "../../../base/errors.ts";
import { CONFIG_MARK, hasMark, IMAGE_MARK, isUnreachable } from "../../../plan/instance/ownership.ts";
import { isAside, roleOf } from "../../../plan/instance/spare.ts";
import type { InstanceInfo } from "../../../ports/mod.ts";
import type { App } from "../../command/app.ts";
import { needExtension } from "../../shared/extensions.ts";
import { projectOf } from "../../shared/operands.ts";
import { type ListValues, printList } from "../../output/listing.ts";
import { fitsName } from "../../shared/name_filter.ts";
import { INSTANCES } from "../../results/instances.ts";

interface Values extends ListValues {
  readonly project: string;
  readonly all: boolean;
  readonly "all-projects": boolean;
}

/** Runs `instance list`. */
export async function list(values: Values, filters: readonly string[], app: App): Promise<number> {
  const server = await app.server();
  if (values["all-projects"]) {
    await needExtension(server, "instance_all_projects", "--all-projects");
  }
  const project = values["all-projects"] ? undefined : await projectOf(app, values.project);
  const found = await server.instances(project);
  const shown = found.filter((info) => fitsName(info.name, filters) && (values.all || isMade(info)));
  const rows = shown.map((info) => rowOf(info, Date.now()))
    .sort((a, b) => a.project < b.project ? -1 : a.project > b.project ? 1 : a.name < b.name ? -1 : 1);
  const shownColumns = [...values["all-projects"] ? ["project"] : [], ...INSTANCES.columns];
  await printList(app, INSTANCES, rows, { ...values, shownColumns });
  return EXIT.ok;
}

/** Tells whether lxops created an instance, this lxops or the Go lxops. */
function isMade(info: InstanceInfo): boolean {
  return hasMark(info) ||
    info.profiles.includes(`${info.name}.lxops`) ||
    // Possibly one of lxops; the state column shows that the daemon cannot say.
    isUnreachable(info);
}

function rowOf(info: InstanceInfo, now: number) {
  const { config } = info;
  return {
    project: info.project,
    name: info.name,
    state: isAside(info) ? `${info.status} (${roleOf(info)})` : info.status,
    age: hasDate(info) ? ageText(now - Date.parse(info.createdAt)) : "-",
    created: info.createdAt,
    image: config[IMAGE_MARK] ?? config["image.description"] ?? config["volatile.base_image"]?.slice(0, 12) ??
      "",
    config: config[CONFIG_MARK] ?? "",
  };
}

/**
 * Tells whether a date is known: for an instance whose member does not answer, the daemons write the year 1 or 1970.
 */
function hasDate({ createdAt }: InstanceInfo): boolean {
  return Date.parse(createdAt) > 0;
}

/** Renders an age in its largest unit. */
export function ageText(ms: number): string {
  if (!Number.isFinite(ms)) return "";
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}
