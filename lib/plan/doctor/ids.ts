/**
 * Findings about ids: the ids of the host that the daemon may give to containers, and how it shifts files to them.
 *
 * @module
 */
import { isTrue } from "../instance/idmap.ts";
import { type Facts, foundOf } from "./facts.ts";
import { type Finding, type Found, inArea } from "./finding.ts";

/** The files of subordinate ids. */
export const ID_FILES = ["/etc/subuid", "/etc/subgid"] as const;

/** Path of the number of user namespaces that the machine allows. */
export const NAMESPACES = "/proc/sys/user/max_user_namespaces";

/** The number of ids that a container needs. */
const ENOUGH = 65_536;

/** Users of the daemons themselves: packages give them the same ranges as root. */
const OF_DAEMONS: readonly string[] = ["root", "0", "lxd", "_lxd", "incus", "_incus"];

interface Range {
  readonly user: string;
  readonly first: number;
  readonly count: number;
}

function rangesOf(text: string): readonly Range[] {
  return text.split("\n").flatMap((line): Range[] => {
    const [user = "", first = "", count = ""] = line.trim().split(":");
    if (user === "" || user.startsWith("#") || !/^\d+$/.test(first) || !/^\d+$/.test(count)) return [];
    return [{ user, first: Number(first), count: Number(count) }];
  });
}

/** Judges ids. */
export function idFindings(facts: Facts): readonly Finding[] {
  const texts = foundOf(facts.local?.texts);
  const files = texts
    ? ID_FILES.flatMap((path) => texts.has(path) ? [idFile(path, texts.get(path)!)] : [])
    : [];
  return inArea("ids", [
    ...files,
    noNamespaces(texts?.get(NAMESPACES)),
    noShift(facts),
  ]);
}

function idFile(path: string, text: string): Found | undefined {
  const ranges = rangesOf(text);
  const roots = ranges.filter(({ user, count }) => (user === "root" || user === "0") && count >= ENOUGH);
  if (roots.length === 0) {
    return {
      id: "ids-missing",
      severity: "error",
      what: `"${path}" gives root no range of at least ${ENOUGH} ids`,
      why: "no unprivileged container starts",
      cure: [`echo root:1000000:1000000000 | sudo tee -a ${path}`, "sudo reboot"],
    };
  }
  if (roots.length > 1) {
    const lines = roots.map(({ user, first, count }) => `${user}:${first}:${count}`);
    return {
      id: "ids-twice",
      severity: "error",
      what: `"${path}" gives root ${roots.length} ranges: ${lines.join(" and ")}`,
      why:
        "the daemon maps a container's ids to both, which the kernel refuses: no unprivileged container starts",
      cure: [`sudo sed -i '0,/^root:/! {/^root:/d}' ${path}`, "sudo reboot"],
    };
  }
  const [root] = roots as [Range];
  const shared = ranges.find(({ user, first, count }) =>
    !OF_DAEMONS.includes(user) && first < root.first + root.count && root.first < first + count
  );
  if (!shared) return undefined;
  return {
    id: "ids-shared",
    severity: "warning",
    what: `"${path}" gives root and user "${shared.user}" the same ids, from ${
      Math.max(root.first, shared.first)
    } on`,
    why: `"${shared.user}" can read and change files of containers`,
    cure: [`sudo usermod --del-subuids ${shared.first}-${shared.first + shared.count - 1} ${shared.user}`]
      .map((line) => path.endsWith("gid") ? line.replace("--del-subuids", "--del-subgids") : line),
  };
}

function noNamespaces(text: string | undefined): Found | undefined {
  if (text?.trim() !== "0") return undefined;
  return {
    id: "namespaces-off",
    severity: "error",
    what: "The kernel allows no user namespaces (user.max_user_namespaces is 0)",
    why: "no unprivileged container starts",
    cure: [
      "grep -r max_user_namespaces /etc/sysctl.conf /etc/sysctl.d",
      "sudo sysctl -w user.max_user_namespaces=65536",
    ],
  };
}

function noShift({ daemon, backend }: Facts): Found | undefined {
  const server = foundOf(daemon?.server);
  if (!server?.trusted || isTrue(server.kernel["idmapped_mounts"])) return undefined;
  // LXD has another way on some machines.
  if (isTrue(server.kernel["shiftfs"])) return undefined;
  const shifts = (foundOf(daemon?.instances) ?? []).find(({ expandedDevices, expandedConfig }) =>
    !isTrue(expandedConfig["security.privileged"]) &&
    Object.values(expandedDevices).some((device) => device["type"] === "disk" && isTrue(device["shift"]))
  );
  if (!shifts) return undefined;
  return {
    id: "shift-unsupported",
    severity: "error",
    what:
      `Instance "${shifts.name}" has a device with shift: true, and this ${backend.title} cannot shift ids`,
    why:
      "the kernel has no idmapped mounts, or the daemon was told not to use them: the instance does not start",
    cure: [`${backend.client} info | grep idmapped_mounts`, `sudo systemctl restart ${backend.service}`],
  };
}
