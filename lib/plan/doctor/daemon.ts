/**
 * Findings about the daemon: whether it answers, and whether lxops can work with it.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";
import { didYouMean } from "../../base/suggest.ts";
import { BASE_EXTENSION } from "../../ports/extensions.ts";
import type { SocketLook } from "../../ports/health/inspector.ts";
import { type Facts, foundOf } from "./facts.ts";
import { type Finding, type Found, inArea } from "./finding.ts";

/** Oldest versions that lxops is tested with. */
const TESTED = { incus: [6, 0], lxd: [5, 0] } as const;

/** Judges the daemon. */
export function daemonFindings(facts: Facts): readonly Finding[] {
  const { daemon } = facts;
  if (!daemon) return inArea("daemon", [awayFinding(facts)]);
  return inArea("daemon", [
    hungFinding(facts),
    untrusted(facts),
    wrongDaemon(facts),
    lacksExtensions(facts),
    oldVersion(facts),
    noProject(facts),
    openSocket(facts),
  ]);
}

/** Returns the command that starts or restarts the daemon. */
export function serviceCommand({ backend }: Pick<Facts, "backend">, verb: "start" | "restart"): string {
  return `sudo systemctl ${verb} ${backend.service}`;
}

/** Judges why no daemon was asked; the sockets tell more than the error of a connection. */
function awayFinding(facts: Facts): Found {
  const { backend, away, local } = facts;
  const title = backend.title;
  const needs = "no command that looks at instances, or changes them, works";
  const sockets = foundOf(local?.sockets) ?? [];
  const first = (state: SocketLook["state"]) => sockets.find((one) => one.state === state);
  const denied = first("forbidden");
  if (denied) return deniedFinding(facts, denied);
  const refused = first("refused");
  if (refused) {
    return {
      id: "daemon-stopped",
      severity: "error",
      what: `${title} does not run: nothing answers at "${refused.path}"`,
      why: needs,
      cure: [serviceCommand(facts, "start")],
    };
  }
  const other = first("other");
  if (other) {
    return {
      id: "socket-wrong",
      severity: "error",
      what: `"${other.path}"${other.source ? `, which ${other.source} names,` : ""} is no socket of ${title}`,
      why: needs,
      cure: other.source && !other.source.startsWith("-") ? [`unset ${other.source}`] : ["lxops doctor"],
    };
  }
  if (first("late") || away?.late) {
    return {
      id: "daemon-hung",
      severity: "error",
      what: `${title} has not answered within ${facts.deadlineSeconds} s`,
      why: `${needs}; a restart of the daemon does not stop its instances`,
      cure: [`systemctl status ${backend.service}`, serviceCommand(facts, "restart")],
    };
  }
  if (sockets.length > 0 && sockets.every(({ state }) => state === "absent")) {
    return absentFinding(facts, sockets);
  }
  return {
    id: facts.remote === "local" ? "daemon-away" : "remote-away",
    severity: "error",
    what: away?.message ?? `${title} was not reached`,
    why: away && away.advice.length > 0 ? away.advice.join("; ") : needs,
    cure: facts.remote === "local"
      ? [serviceCommand(facts, "start")]
      : ["lxops remote list", "lxops -unix doctor"],
  };
}

function deniedFinding({ backend, local }: Facts, { path }: SocketLook): Found {
  const group = backend.groups[0] ?? "root";
  const user = foundOf(local?.user);
  const line = (foundOf(local?.texts)?.get("/etc/group") ?? "").split("\n")
    .map((one) => one.split(":")).find(([name]) => name === group);
  const isMember = user?.name !== undefined && (line?.[3] ?? "").split(",").includes(user.name);
  const gid = Number(line?.[2]);
  const isNew = isMember && !user.gids.includes(gid);
  return {
    id: isNew ? "group-not-active" : "socket-denied",
    severity: "error",
    what: isNew
      ? `You are in the group "${group}", but this session began before that`
      : `You may not use the socket of ${backend.title}, "${path}"`,
    why: isNew
      ? `the socket of ${backend.title}, "${path}", refuses this session`
      : `only root and the group "${group}" may, whose members can do all that root can`,
    cure: isNew ? [`newgrp ${group}`] : [`sudo usermod -aG ${group} "$USER"`, `newgrp ${group}`],
  };
}

function absentFinding(facts: Facts, sockets: readonly SocketLook[]): Found {
  const { backend, local } = facts;
  const [named] = sockets.filter(({ source }) => source !== undefined);
  const looked = sockets.map(({ path }) => `"${path}"`).join(" and ");
  const other = foundOf(local?.other);
  if (named) {
    return {
      id: "socket-missing",
      severity: "error",
      what: `There is no socket "${named.path}", which ${named.source} names`,
      why: `lxops looks for ${backend.title} there and nowhere else`,
      cure: named.source?.startsWith("-")
        ? ["lxops doctor"]
        : [`unset ${named.source}`, serviceCommand(facts, "start")],
    };
  }
  if (other?.sockets.some(({ state }) => state === "alive" || state === "forbidden")) {
    return {
      id: "wrong-program",
      severity: "error",
      what: `${backend.title} does not run on this machine, and ${other.title} does`,
      why: `this is ${backend.program}; the program for ${other.title} is ${backend.otherDaemon.program}`,
      cure: [`${backend.otherDaemon.program} doctor`],
    };
  }
  return {
    id: "daemon-absent",
    severity: "error",
    what: `${backend.title} does not run on this machine: there is no socket at ${looked}`,
    why: "lxops launches instances through it; where it is not installed, install it first",
    cure: [serviceCommand(facts, "start"), `sudo ${backend.initCommand}`],
  };
}

function hungFinding(facts: Facts): Found | undefined {
  const { daemon, backend } = facts;
  if (!("late" in daemon!.server && daemon!.server.late)) return undefined;
  return {
    id: "daemon-hung",
    severity: "error",
    what: `${backend.title} at "${facts.address}" has not answered within ${facts.deadlineSeconds} s`,
    why: "commands wait for it; a restart of the daemon does not stop its instances",
    cure: [`systemctl status ${backend.service}`, serviceCommand(facts, "restart")],
  };
}

function untrusted({ daemon, remote }: Facts): Found | undefined {
  const server = foundOf(daemon!.server);
  if (!server || server.trusted) return undefined;
  return {
    id: "remote-untrusted",
    severity: "error",
    what: `The daemon of remote "${remote}" does not trust this client`,
    why: "it answers no question and takes no request",
    cure: [`lxops remote add ${quote(remote)} TOKEN`],
  };
}

function wrongDaemon({ daemon, backend, address }: Facts): Found | undefined {
  const server = foundOf(daemon!.server)?.server;
  if (!server || server !== backend.otherDaemon.service) return undefined;
  return {
    id: "wrong-daemon",
    severity: "error",
    what: `${backend.otherDaemon.title}, not ${backend.title}, answers at "${address}"`,
    why: `this is ${backend.program}; the two differ in what they can do`,
    cure: [`${backend.otherDaemon.program} doctor`],
  };
}

function lacksExtensions({ daemon, backend }: Facts): Found | undefined {
  const server = foundOf(daemon!.server);
  if (!server?.trusted || server.extensions.includes(BASE_EXTENSION)) return undefined;
  return {
    id: "daemon-lacks-api",
    severity: "error",
    what: `${backend.title} ${server.version} lacks the API extension "${BASE_EXTENSION}"`,
    why: "lxops can do nothing with it",
    cure: [`sudo apt-get install --only-upgrade ${backend.service}`],
  };
}

function oldVersion({ daemon, backend }: Facts): Found | undefined {
  const server = foundOf(daemon!.server);
  const [major = 0, minor = 0] = (server?.version ?? "").split(".").map(Number);
  const [oldest, least] = TESTED[backend.protocol];
  const isOld = major < oldest || major === oldest && minor < least;
  if (!server?.trusted || server.version === "" || !isOld || server.server === backend.otherDaemon.service) {
    return undefined;
  }
  return {
    id: "daemon-old",
    severity: "warning",
    what: `${backend.title} ${server.version} is older than ${oldest}.${least}`,
    why: "lxops is not tested with it",
    cure: [`sudo apt-get install --only-upgrade ${backend.service}`],
  };
}

function noProject({ daemon, project, remote, backend }: Facts): Found | undefined {
  const projects = foundOf(daemon!.projects);
  const names = projects?.map(({ name }) => name) ?? [];
  if (projects === undefined || names.length === 0 || names.includes(project)) return undefined;
  return {
    id: "project-missing",
    severity: "error",
    what: `There is no project "${project}", the current one${
      remote === "local" ? "" : ` of remote "${remote}"`
    }${didYouMean(project, names)}`,
    why: "the client's configuration names it; every command that names no other fails",
    cure: ["lxops project list", `${backend.client} project switch default`],
  };
}

function openSocket({ local, address, backend }: Facts): Found | undefined {
  if (local?.socketMode === undefined || (local.socketMode & 0o002) === 0) return undefined;
  return {
    id: "socket-open",
    severity: "error",
    what: `Everybody can use the socket of ${backend.title}, "${address}"`,
    why: "a user who can use it has the rights of root",
    cure: [`sudo chmod o-rwx ${quote(address)}`],
  };
}
