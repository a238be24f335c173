/**
 * Findings about ZFS.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";
import { sizeText } from "../../base/sizes.ts";
import { isWithin } from "../../base/within.ts";
import type { ZpoolLook } from "../../ports/health/inspector.ts";
import type { Dataset } from "../../ports/mod.ts";
import { type Facts, foundOf } from "./facts.ts";
import { type Finding, type Found, inArea } from "./finding.ts";
import { hostSources, isBusy } from "./instances.ts";
import { scarcity } from "./storage.ts";

/** Judges ZFS. */
export function zfsFindings(facts: Facts): readonly Finding[] {
  const zfs = foundOf(facts.local?.zfs);
  const datasets = foundOf(facts.local?.datasets);
  return inArea("zfs", [
    hung(facts),
    zfs?.there && zfs.problem !== undefined && unusable(zfs.problem),
    ...(zfs?.pools ?? []).flatMap((pool) => [unhealthy(pool), full(pool)]),
    ...(datasets ? [...unmounted(facts, datasets), ...unfinished(facts, datasets)] : []),
  ]);
}

function hung({ local, deadlineSeconds }: Facts): Found | undefined {
  const late = [local?.zfs, local?.datasets].some((look) => look && "late" in look && look.late);
  if (!late) return undefined;
  return {
    id: "zfs-hung",
    severity: "error",
    what: `ZFS has not answered within ${deadlineSeconds} s`,
    why: "a disk that does not answer suspends its pool; commands that use datasets wait",
    cure: ["zpool status -x", "sudo dmesg | tail -50"],
  };
}

function unusable(problem: string): Found {
  const isDenied = /permission denied|must be root/i.test(problem);
  return {
    id: "zfs-unusable",
    severity: "warning",
    what: `This machine has the programs of ZFS, which do not work: ${problem}`,
    why: "filesystems that are datasets cannot be used; plain directories can",
    cure: isDenied ? ["ls -l /dev/zfs"] : ["sudo modprobe zfs"],
  };
}

function unhealthy({ name, health }: ZpoolLook): Found | undefined {
  if (health === "ONLINE") return undefined;
  const isDegraded = health === "DEGRADED";
  return {
    id: "zpool-health",
    severity: "error",
    what: `ZFS pool "${name}" is ${health}`,
    why: isDegraded
      ? "a disk of it is gone or faulty: the next one may take data along"
      : "its datasets cannot be used",
    cure: [`zpool status -v ${quote(name)}`],
  };
}

function full({ name, bytes, freeBytes }: ZpoolLook): Found | undefined {
  const scarce = scarcity(freeBytes, bytes) ?? (freeBytes < bytes / 10 ? "warning" : undefined);
  if (scarce === undefined) return undefined;
  return {
    id: "zpool-full",
    severity: scarce,
    what: `ZFS pool "${name}" has ${sizeText(freeBytes)} of ${sizeText(bytes)} left`,
    why: "ZFS becomes slow when 90 % are used, and needs room even to delete",
    cure: [`zfs list -r -t all -o name,used -S used ${quote(name)} | head -20`],
  };
}

/** Finds datasets in which instances have directories, and which are not mounted. */
function unmounted(facts: Facts, datasets: ReadonlyMap<string, Dataset>): readonly Found[] {
  const away = [...datasets.values()].filter((one) =>
    !one.mounted && !one.volume && !one.unfinished && one.mountpoint.startsWith("/") && one.mountpoint !== "/"
  );
  return away.flatMap(({ name, mountpoint }) => {
    const user = hostSources(facts).find(({ source }) => isWithin(source, mountpoint));
    if (!user) return [];
    return [{
      id: "dataset-unmounted",
      severity: "error",
      what: `Dataset "${name}" is not mounted, and instance "${user.instance}" has a directory in it`,
      why: "its device is missing, or an empty directory is in the place of the data",
      cure: [`sudo zfs mount ${quote(name)}`],
    }];
  });
}

function unfinished(facts: Facts, datasets: ReadonlyMap<string, Dataset>): readonly Found[] {
  if (isBusy(facts)) return [];
  const atWork = foundOf(facts.local?.atWork) ?? [];
  // A run of another daemon may be making it.
  const isInWork = ({ mountpoint }: Dataset) => atWork.some((directory) => isWithin(directory, mountpoint));
  const left = [...datasets.values()].filter((one) => (one.unfinished || one.unowned) && !isInWork(one));
  return left.map((
    { name, unfinished },
  ) => ({
    id: "dataset-unfinished",
    severity: "warning",
    what: `Dataset "${name}" is not complete: a run that ${unfinished ? "filled" : "made"} it was cut off`,
    why: "the same command with --resume continues; nothing else uses the dataset until then",
    cure: [`lxops launch --resume FILE`],
  }));
}
