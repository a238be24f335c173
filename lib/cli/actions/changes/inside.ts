/**
 * A look into instances: whether what lxops made in them is still there.
 *
 * @module
 */
import { StateError } from "../../../base/errors.ts";
import { sha256 } from "../../../cloudconfig/model/sha256.ts";
import type { Item } from "../../../cloudconfig/model/item.ts";
import { type ItemSources, openItems } from "../../../plan/changes/items.ts";
import { parseAnswer, tryShell } from "../../../plan/drift/answer.ts";
import { compareGuest } from "../../../plan/drift/compare.ts";
import { contentScript, fileDiffs, shownFiles } from "../../../plan/drift/contents.ts";
import { type PassedLink, passedLinks } from "../../../plan/drift/links.ts";
import type { FoundDrift, GuestComparison, UndoneBy } from "../../../plan/drift/drift.ts";
import { driftChange } from "../../../plan/changes/guest.ts";
import { lookScript } from "../../../plan/drift/script.ts";
import { subjectsOf } from "../../../plan/drift/subjects.ts";
import type { InstanceInfo } from "../../../ports/mod.ts";
import type { LookLimits } from "../../../ports/peek.ts";
import { askInstance } from "../../../run/wait/agent.ts";
import { changeLine } from "../../../plan/changes/text.ts";
import type { App } from "../../command/app.ts";
import { printable } from "../../output/output.ts";

/** The limits of an answer: files of some GiB take a while to hash. */
const LIMITS: LookLimits = { seconds: 60, bytes: 8 * 1024 * 1024 };

/** The most things that a note names. */
const NAMED = 5;

/** An instance that is looked into. */
export interface Inside {
  readonly info: InstanceInfo;
  readonly items: readonly Item[];
  readonly sources: ItemSources;
  /** The use of differences: they are shown, or the plan mends them. */
  readonly guest: "show" | "mend";
}

/**
 * Compares what is in an instance with the items that were applied to it, by one script.
 *
 * @throws {StateError} where the instance does not tell
 */
export async function lookInside(
  { info, items, sources, guest }: Inside,
  app: App,
): Promise<Pick<ItemSources, "guest">> {
  const subjects = subjectsOf(items, openItems(items, sources));
  if (subjects.length === 0) return { guest: { drifts: [], compared: 0, unknown: 0, untold: [] } };
  // Without a random text, two runs are to have the same result.
  const salt = sha256(`${app.random() ?? ""} ${info.project}/${info.name} look`).slice(0, 32);
  const server = await app.server();
  const { text, problem } = await askInstance(
    info,
    () => server.look(info, lookScript(subjects, salt), LIMITS),
  );
  if (problem !== undefined) throw notTold(info, problem);
  const facts = parseAnswer(text, info.name, info.project);
  const found = compareGuest(subjects, { instance: info.name, salt, facts });
  if (found.unknown > 0 && guest === "show") {
    app.complain(printable(
      `note: ${info.name}: ${found.unknown} of ${
        found.unknown + found.compared
      } things in it could not be compared: ${namesOf(found.untold)}`,
    ));
  }
  if (guest === "show") {
    tellUndone(info, found.drifts, app);
    tellLinks(info, passedLinks(subjects, facts), app);
    return { guest: { ...found, drifts: found.drifts.filter(({ undoneBy }) => !undoneBy) } };
  }
  for (const drift of found.drifts.filter(({ stays }) => stays)) {
    app.complain(printable(`note: ${info.name}: lxops leaves this alone: ${changeLine(driftChange(drift))}`));
  }
  return { guest: { ...found, drifts: found.drifts.filter(({ stays }) => !stays) } };
}

/** Returns the first names, and the number of the others. */
function namesOf(all: readonly string[]): string {
  const more = all.length > NAMED ? ` and ${all.length - NAMED} more` : "";
  return all.slice(0, NAMED).join(", ") + more;
}

/** The notes about what a system undoes by itself. */
const UNDONE: Readonly<Record<UndoneBy, string>> = {
  cleaning: "a restart or the cleaning of temporary files removed",
  network: "the settings of the network, as those of DHCP, replaced",
};

/** Notes what the system of an instance undid by itself, which counts as no difference. */
function tellUndone({ name }: InstanceInfo, drifts: readonly FoundDrift[], app: App): void {
  for (const by of ["cleaning", "network"] as const) {
    const files = new Set(
      drifts.flatMap((one) => one.undoneBy === by ? one.name.replace(/^(?:file|lines in) /, "") : []),
    );
    if (files.size === 0) continue;
    app.complain(
      printable(
        `note: ${name}: ${UNDONE[by]} ${namesOf([...files])}; lxops up --guest writes such files again`,
      ),
    );
  }
}

/** Notes the links that files go through: lxops writes where they lead. */
function tellLinks({ name }: InstanceInfo, links: readonly PassedLink[], app: App): void {
  for (const { path, to } of links.slice(0, NAMED)) {
    app.complain(printable(`note: ${name}: managed files go through ${path}, a link to ${to.slice(0, 200)}`));
  }
  const more = links.length - NAMED;
  if (more > 0) app.complain(`note: ${name}: managed files go through ${more} more links`);
}

/** Returns the differences of files whose contents may be shown. */
export async function diffsInside(
  info: InstanceInfo,
  { drifts }: Pick<GuestComparison, "drifts">,
  app: App,
): Promise<ReturnType<typeof fileDiffs>> {
  const files = shownFiles(drifts);
  if (files.length === 0) return [];
  const { text, problem } = await (await app.server()).look(info, contentScript(files), LIMITS);
  if (problem !== undefined) throw notTold(info, problem);
  return fileDiffs(files, parseAnswer(text, info.name, info.project), info.name);
}

/**
 * Refuses to look into an instance that is frozen: nothing in it could be compared.
 *
 * @throws {StateError} always
 */
export async function refuseFrozen(info: InstanceInfo): Promise<never> {
  const { frozenNote } = await import("../../../plan/instance/power/power.ts");
  throw new StateError(`Cannot look into instance "${info.name}": ${frozenNote(info)}`, {
    advice: ["Nothing in it was compared or changed."],
  });
}

function notTold({ name, project }: InstanceInfo, problem: string): Error {
  // Others may be changed meanwhile.
  return new StateError(`Cannot look into instance "${name}": ${problem}`, {
    advice: [
      "Nothing was changed in it.",
      `To see whether its shell works: ${tryShell(name, project)}`,
      "Without --guest, nothing runs in it",
    ],
  });
}
