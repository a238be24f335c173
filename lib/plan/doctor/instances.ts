/**
 * Findings about instances: missing directories, and leftovers of interrupted runs of lxops.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";
import { isLock, LOCK_RUN } from "../../ports/lock.ts";
import type { InstanceInfo, ProfileInfo } from "../../ports/mod.ts";
import { CONFIG_MARK } from "../instance/marks.ts";
import { leftProfiles } from "../instance/resolve/ephemeral.ts";
import { OF_MARK, roleOf } from "../instance/spare.ts";
import { FROZEN_MARK, heldBy } from "../runs.ts";
import { type Facts, foundOf, type RemainsFacts } from "./facts.ts";
import { type Finding, type Found, inArea } from "./finding.ts";
import { lockText } from "./locks.ts";

/** A directory of the machine that an instance has. */
interface HostSource {
  readonly instance: string;
  readonly project: string;
  readonly device: string;
  readonly source: string;
  readonly required: boolean;
}

/** Judges instances. */
export function instanceFindings(facts: Facts): readonly Finding[] {
  const instances = foundOf(facts.daemon?.instances) ?? [];
  const remains = foundOf(facts.daemon?.remains);
  return inArea("instances", [
    ...missingSources(facts),
    ...sharedSources(facts),
    ...instances.filter(({ status }) => status === "Error").map(inError),
    ...(remains ? leftOvers(facts, instances, remains) : []),
    otherHung(facts),
  ]);
}

function leftOvers(
  facts: Facts,
  instances: readonly InstanceInfo[],
  remains: RemainsFacts,
): readonly (Found | undefined)[] {
  return [
    ...staleLocks(facts, remains),
    ...(isBusy(facts) ? [] : unfinishedRebuilds(instances)),
    ...spares(instances),
    ...frozen(instances, remains),
    ...left(facts, instances, remains),
  ];
}

/** Returns the directories of the host that instances have, without those of spares and leftovers. */
export function hostSources(facts: Pick<Facts, "daemon">): readonly HostSource[] {
  return sourcesOf(foundOf(facts.daemon?.instances) ?? []);
}

function sourcesOf(instances: readonly InstanceInfo[]): readonly HostSource[] {
  return instances.filter((info) => roleOf(info) === undefined).flatMap((info) =>
    Object.entries(info.expandedDevices).flatMap(
      ([device, { type, source = "", pool, required, optional }]) => {
        if (type !== "disk" || pool || !source.startsWith("/")) return [];
        const isRequired = required !== "false" && optional !== "true";
        return [{ instance: info.name, project: info.project, device, source, required: isRequired }];
      },
    )
  );
}

function missingSources(facts: Facts): readonly Found[] {
  const places = foundOf(facts.local?.places);
  if (!places) return [];
  const gone = hostSources(facts).filter(({ source, required }) =>
    required && places.has(source) && places.get(source) === undefined
  );
  return gone.map(({ instance, device, source }) => ({
    id: "source-missing",
    severity: "error",
    what: `There is no "${source}", which is device "${device}" of instance "${instance}"`,
    why: "the instance does not start, or has lost its data",
    cure: [
      `ls -ld ${quote(source.replace(/\/[^/]+\/?$/, "") || "/")}`,
      `lxops instance info ${quote(instance)}`,
    ],
  }));
}

/** Finds directories that instances of both daemons of the machine have. */
function sharedSources(facts: Facts): readonly Found[] {
  const other = foundOf(facts.local?.other);
  const theirs = sourcesOf(foundOf(other?.instances) ?? []);
  const mine = new Map(hostSources(facts).map((one) => [one.source, one]));
  return theirs.flatMap(({ source, instance }) => {
    const own = mine.get(source);
    if (!own) return [];
    return [{
      id: "source-shared",
      severity: "error",
      what: `"${source}" is a device of instance "${own.instance}", and of instance "${instance}" of ${
        other!.title
      }`,
      why: "both write there, and neither daemon knows of the other: databases break",
      cure: [`lxops stop ${quote(own.instance)}`],
    }];
  });
}

function inError({ name, location }: InstanceInfo): Found {
  return {
    id: "instance-error",
    severity: "error",
    what: `The daemon gives the state of instance "${name}" as "Error"`,
    why: location && location !== "none"
      ? `the cluster member "${location}" may not answer`
      : "it cannot look at the instance",
    cure: [`lxops logs ${quote(name)}`],
  };
}

/** Returns the locks of the daemon. */
function locksOf(facts: Facts): readonly ProfileInfo[] {
  return (foundOf(facts.daemon?.profiles) ?? []).filter(isLock);
}

/** Tells whether a run of lxops may be at work at the daemon, whose unfinished objects are no leftovers. */
export function isBusy(facts: Facts): boolean {
  const runs = foundOf(facts.daemon?.remains)?.runs;
  return locksOf(facts).some(({ config }) => runs?.get(config[LOCK_RUN] ?? "") !== "over");
}

function staleLocks(facts: Facts, { runs }: RemainsFacts): readonly Found[] {
  return locksOf(facts).filter(({ config }) => runs.get(config[LOCK_RUN] ?? "") === "over").map((lock) => ({
    id: "lock-left",
    severity: "warning",
    what: `A run of lxops that has ended left the lock "${lock.name}": ${lockText(lock)}`,
    why: "the next command on the same takes it over; until then it is only in the list of profiles",
    cure: ["lxops doctor --fix"],
    fix: { kind: "lock", project: lock.project, name: lock.name, what: lockText(lock) },
  }));
}

function unfinishedRebuilds(instances: readonly InstanceInfo[]): readonly Found[] {
  const parts = instances.filter((info) => {
    const role = roleOf(info);
    return role !== undefined && role !== "spare" && role !== "failed";
  });
  const groups = Map.groupBy(parts, ({ project, config, name }) => `${project} ${config[OF_MARK] || name}`);
  return [...groups.values()].map((all) => {
    const [part] = all as [InstanceInfo];
    const of = part.config[OF_MARK] || part.name;
    const present = instances.find(({ name, project }) => name === of && project === part.project);
    const file = present?.config[CONFIG_MARK] || part.config[CONFIG_MARK] || "";
    return {
      id: "rebuild-unfinished",
      severity: "error",
      what: `A rebuild of instance "${of}" was cut off; it left ${
        all.map(({ name }) => `"${name}"`).join(" and ")
      }`,
      why: present?.status === "Running"
        ? "the instance serves; the instances beside it take room"
        : "the instance may not serve until the rebuild is finished",
      cure: [`lxops rebuild --resume -name ${quote(of)} ${file === "" ? "FILE" : quote(file)}`],
    };
  });
}

function spares(instances: readonly InstanceInfo[]): readonly Found[] {
  return instances.filter((info) => roleOf(info) === "failed").map(({ name, config }) => ({
    id: "rebuild-failed",
    severity: "warning",
    what: `A rebuild of instance "${config[OF_MARK] || name}" failed and kept "${name}" to look at`,
    why: "it takes room until it is deleted",
    cure: [`lxops prune -name ${quote(config[OF_MARK] || name)} ${quote(config[CONFIG_MARK] || "FILE")}`],
  }));
}

function frozen(instances: readonly InstanceInfo[], remains: RemainsFacts): readonly Found[] {
  return instances.filter((info) => info.config[FROZEN_MARK] && !heldBy(info, remains)).map((info) => ({
    id: "instance-frozen",
    severity: "error",
    what: `A run of lxops that was cut off left instance "${info.name}" frozen`,
    why: "it does not serve",
    cure: ["lxops doctor --fix"],
    fix: { kind: "unfreeze", instance: { project: info.project, name: info.name } },
  }));
}

function left(
  facts: Facts,
  instances: readonly InstanceInfo[],
  { strays, images }: RemainsFacts,
): readonly Found[] {
  const profiles = (foundOf(facts.daemon?.profiles) ?? []).filter((one) => !isLock(one));
  const byProject = Map.groupBy(profiles, ({ project }) => project);
  const lost = [...byProject].flatMap(([project, all]) =>
    leftProfiles(project, {
      profiles: all,
      instances: instances.filter((one) => one.project === project),
    })
  );
  const finding = (project: string, id: string, what: string): Found => ({
    id,
    severity: "warning",
    what,
    why: "it was made for one run only, and takes room and a name",
    cure: [`lxops run --sweep${project === "default" ? "" : ` -project ${quote(project)}`}`],
    fix: { kind: "sweep", project },
  });
  return [
    ...strays.map(({ name, project }) =>
      finding(project, "instance-left", `A run that was killed left the throw-away instance "${name}"`)
    ),
    ...lost.map(({ profile, instance }) =>
      finding(
        instance.project,
        "profile-left",
        `The ephemeral instance "${instance.name}" is gone and left its profile "${profile}"`,
      )
    ),
    ...images.map(({ project, image }) =>
      finding(project, "image-left", `A run that was killed left the image "${image.names.join(", ")}"`)
    ),
  ];
}

function otherHung({ local, deadlineSeconds }: Facts): Found | undefined {
  const other = foundOf(local?.other);
  if (!other?.instances || !("late" in other.instances) || !other.instances.late) return undefined;
  return {
    id: "other-daemon-hung",
    severity: "warning",
    what: `${other.title}, which runs on this machine, too, has not answered within ${deadlineSeconds} s`,
    why: "commands that remove directories ask it first whether an instance of it has them, and wait",
    cure: [`systemctl status ${other.service}`, `sudo systemctl restart ${other.service}`],
  };
}
