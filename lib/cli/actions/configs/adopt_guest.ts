/**
 * A look into an instance: what was made in it by hand, as a cloud-config file.
 *
 * @module
 */
import { refuse } from "../../../base/errors.ts";
import { count } from "../../../base/sizes.ts";
import { osType, osTypeOfName, osTypeOfRelease } from "../../../cloudconfig/model/ostype.ts";
import { groupsText, takenUsers } from "../../../plan/adopt/accounts.ts";
import { tryShell } from "../../../plan/drift/answer.ts";
import { chosenFiles, withContents } from "../../../plan/adopt/choose.ts";
import { parseContents, takenScript } from "../../../plan/adopt/contents.ts";
import { writtenFiles } from "../../../plan/adopt/files.ts";
import { type Found, madeScript, parseMade } from "../../../plan/adopt/found.ts";
import type { Made } from "../../../plan/adopt/made.ts";
import { madeText, takenPackages } from "../../../plan/adopt/text.ts";
import { isRunning, startAdvice } from "../../../plan/instance/ownership.ts";
import type { MadeInside } from "../../../plan/starter/from_instance.ts";
import type { InstanceInfo } from "../../../ports/mod.ts";
import type { LookLimits } from "../../../ports/peek.ts";
import { askInstance } from "../../../run/wait/agent.ts";
import type { App } from "../../command/app.ts";

/** The limits of each answer. */
const LIMITS: LookLimits = { seconds: 60, bytes: 8 * 1024 * 1024 };

/** The numbers of what the file has. */
export interface MadeCounts {
  readonly packages: number;
  readonly users: number;
  readonly units: number;
  readonly files: number;
  /** Files that it only names. */
  readonly named: number;
}

/** Result of a look into an instance. */
export interface LookedInto {
  readonly made: MadeInside;
  readonly counts: MadeCounts;
  /** A sentence about it. */
  readonly line: string;
}

/**
 * Looks for what was made in an instance by hand; `file` is what gets it.
 *
 * @throws {StateError} where the instance does not tell
 */
export async function lookMade(
  info: InstanceInfo,
  { file, app }: { readonly file: string; readonly app: App },
): Promise<LookedInto> {
  if (!isRunning(info)) {
    throw refuse(`Cannot look into instance "${info.name}"`, "it does not run", startAdvice(info));
  }
  const server = await app.server();
  const ask = async (script: string): Promise<string> => {
    const { text, problem } = await askInstance(info, () => server.look(info, script, LIMITS));
    if (problem === undefined) return text;
    throw refuse(`Cannot look into instance "${info.name}"`, problem, [
      `To see whether its shell works: ${tryShell(info.name, info.project)}`,
      "Without --guest, nothing runs in it",
    ]);
  };
  const since = Math.floor(Date.parse(info.createdAt) / 1000) || 0;
  const found = parseMade(await ask(madeScript(since)), info.name, info.project);
  const { files: asked, links, named } = chosenFiles(found);
  const contents = asked.length === 0 ? new Map() : parseContents(asked, await ask(takenScript(asked)));
  const { files, named: more } = withContents(asked, contents);
  const { ostype, remark } = systemOf(found);
  const os = osTypeOfName(info.expandedConfig["image.os"] ?? "") ??
    (ostype === undefined ? undefined : osType(ostype));
  const all: Made = { instance: info.name, os, found, files, links, named: [...named, ...more] };
  const groups = groupsText(found);
  const counts: MadeCounts = {
    packages: takenPackages(found).length,
    users: takenUsers(found).length,
    units: found.units.length,
    files: writtenFiles(all).length + links.length,
    named: all.named.length + found.many.reduce((sum, one) => sum + one.count, 0),
  };
  return {
    made: {
      cloudConfig: madeText(all),
      ...groups === undefined ? {} : { groups },
      ...ostype === undefined ? {} : { ostype },
      ...remark === undefined ? {} : { remark },
    },
    counts,
    line: lineOf(file, counts),
  };
}

/** Returns the sentence about what a file has. */
function lineOf(file: string, { packages, users, units, files, named }: MadeCounts): string {
  const parts = [[packages, "package"], [users, "user"], [units, "service"], [files, "file"]] as const;
  const there = parts.filter(([number]) => number > 0).map(([number, noun]) => count(number, noun));
  const whole = there.length === 0 ? "nothing" : there.join(", ");
  const rest = named === 0
    ? ""
    : `; ${count(named, "file")} that it does not have ${named === 1 ? "is" : "are"} only named in it`;
  return `${file} has what was made in the instance by hand: ${whole}${rest}`;
}

/** The distributions that package managers are of. */
const MANAGERS: Readonly<Record<string, string>> = {
  "dpkg-query": "debian",
  apk: "alpine",
  opkg: "openwrt",
  pacman: "arch",
  "xbps-query": "void",
  zypper: "opensuse",
  dnf: "fedora",
};

/** Returns the distribution as the instance tells it, or the one that its package manager is of. */
function systemOf({ release, managers }: Found): Pick<MadeInside, "ostype" | "remark"> {
  const told = osTypeOfRelease(release);
  if (told) return { ostype: told.name };
  const manager = managers.find((one) => Object.hasOwn(MANAGERS, one));
  if (manager === undefined) return {};
  const ostype = MANAGERS[manager]!;
  return {
    ostype,
    remark: `The instance tells no distribution that lxops knows; it has ${manager}, as ${ostype} has`,
  };
}
