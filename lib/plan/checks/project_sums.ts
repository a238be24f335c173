/**
 * Limits of a project for the sum of its instances.
 *
 * @module
 */
import { parseSize, sizeText } from "../../base/sizes.ts";
import type { InstanceInfo, ProjectInfo } from "../../ports/mod.ts";

/** A key that projects limit the sum of. */
interface Summed {
  readonly key: string;
  readonly parse: (text: string) => number | undefined;
  readonly text: (sum: number) => string;
}

const count = (text: string) => /^\d+$/.test(text) ? Number(text) : undefined;

const SUMMED: readonly Summed[] = [
  { key: "limits.cpu", parse: count, text: String },
  { key: "limits.memory", parse: parseSize, text: sizeText },
  { key: "limits.processes", parse: count, text: String },
];

/** An instance as it will be, among those that stay. */
export interface Joining {
  readonly vm: boolean;
  /** Its configuration, with that of its profiles. */
  readonly config: Readonly<Record<string, string>>;
  /** The present instance; absent where another one joins. */
  readonly info?: InstanceInfo | undefined;
  readonly others: readonly InstanceInfo[];
}

/** Tells where a project's instances would be allowed more together than the project is. */
export function sumReasons(project: ProjectInfo, { vm, config, info, others }: Joining): string[] {
  return SUMMED.flatMap(({ key, parse, text }) => {
    const [limit, wanted] = [project.config[key], config[key]];
    const most = parse(limit ?? "");
    if (!limit || !wanted || most === undefined || vm && key === "limits.processes") return [];
    const own = parse(wanted);
    if (own === undefined) return [`${key} is ${limit}, so an instance needs a number, and not ${wanted}`];
    // Values that the project has allowed before are not refused.
    if (info && own <= (parse(info.expandedConfig[key] ?? "") ?? 0)) return [];
    const used = others.reduce((sum, one) => sum + (parse(one.expandedConfig[key] ?? "") ?? 0), 0);
    if (used + own <= most) return [];
    return [`${key} is ${limit}, and other instances have ${text(used)}, with ${wanted} to come`];
  });
}
