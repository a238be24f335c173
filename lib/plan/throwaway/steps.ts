/**
 * The steps of a throw-away instance between its start and its end.
 *
 * @module
 */
import { quote } from "../../base/shell.ts";
import type { Devices, InstanceRef, VolumeRef } from "../../ports/mod.ts";
import { send } from "../../step/build.ts";
import type { Check } from "../../step/check.ts";
import type { Step } from "../../step/step.ts";
import { runMark } from "../instance/throw_away.ts";
import { createVolume } from "../requests/volumes.ts";
import { savesResults } from "./lifetime.ts";
import type { RunOptions } from "./options.ts";

/** Returns the steps that wait until the instance is what its program needs. */
export function readySteps(
  instance: InstanceRef,
  { ready, readySeconds }: Pick<RunOptions, "ready" | "readySeconds">,
  vm: boolean,
): Step[] {
  // A container that was started runs programs.
  const until = [...ready.until.filter((one) => one !== "exec"), ...(vm ? ["exec" as const] : [])];
  const steps: Step[] = until.length === 0 ? [] : [{
    title: `Wait for ${until.join(", ")}`,
    effect: { kind: "wait", instance, until, timeoutSeconds: readySeconds },
  }];
  if (ready.resolves !== undefined) {
    const effect: Check = {
      instance,
      label: `name ${ready.resolves}`,
      probe: { kind: "exec", argv: ["/bin/sh", "-c", RESOLVE, "sh", ready.resolves] },
      interval: 0.2,
      timeout: 5,
      retries: Math.ceil(readySeconds / 0.2),
      within: readySeconds,
      startPeriod: 0,
      startInterval: 0.2,
    };
    steps.push({
      title: `Wait until ${ready.resolves} is resolved`,
      effect: { kind: "check", ...effect },
      advice: [
        "To wait for another name: --wait dns:NAME",
        `To wait longer than ${readySeconds} s: --wait-timeout`,
      ],
    });
  }
  return steps;
}

/** Resolves a name by what glibc, musl or busybox have for it. */
const RESOLVE = 'getent hosts "$1" || nslookup "$1"';

/** Returns the volumes that a run shares with others, which are made where they are missing, and their devices. */
export function caches(
  { caches }: RunOptions,
  pool: string | undefined,
  project: string,
): { readonly steps: readonly Step[]; readonly devices: Devices } {
  const volumes = caches.map(({ name, path }) => ({ name: `lxops-cache-${name}`, path }));
  if (pool === undefined) return { steps: [], devices: {} };
  return {
    steps: volumes.map(({ name }) => {
      const volume: VolumeRef = { pool, name, project };
      return send(`Create volume ${name}`, createVolume(volume, {}), {
        already: "already exists",
      });
    }),
    devices: Object.fromEntries(
      volumes.map(({ name, path }, index) =>
        [`cache${index}`, { type: "disk", pool, source: name, path }] as const
      ),
    ),
  };
}

/** Returns the step that makes empty directories in the place of devices, which cloud-config files may write into. */
export function directorySteps(instance: InstanceRef, paths: readonly string[]): Step[] {
  if (paths.length === 0) return [];
  return [{
    title: `Create empty directories in place of the devices of ${instance.name}`,
    effect: { kind: "exec", instance, argv: ["mkdir", "-p", "--", ...paths], bounded: true },
  }];
}

/** Returns the device that leads from a port of this machine to the SSH server of the instance. */
export function sshDevice({ ssh }: RunOptions): Devices {
  if (!ssh) return {};
  const listen = `tcp:${ssh.address.includes(":") ? `[${ssh.address}]` : ssh.address}:${ssh.port}`;
  return { ssh: { type: "proxy", listen, connect: "tcp:127.0.0.1:22" } };
}

/** Returns the steps that wait for the SSH server and print its keys as lines of a `known_hosts` file. */
export function sshSteps(instance: InstanceRef, { ssh, readySeconds }: RunOptions): Step[] {
  if (!ssh) return [];
  const effect: Check = {
    instance,
    label: "ssh",
    probe: { kind: "exec", argv: ["/bin/sh", "-c", LISTENS] },
    interval: 0.1,
    timeout: 5,
    retries: Math.ceil(readySeconds / 0.1),
    within: readySeconds,
    startPeriod: 0,
    startInterval: 0.1,
  };
  const host = `[${ssh.address}]:${ssh.port}`;
  return [
    {
      title: "Wait for the SSH server",
      effect: { kind: "check", ...effect },
      advice: [
        "Its image needs an SSH server that starts by itself, and listens at port 22",
        `To wait longer than ${readySeconds} s: --wait-timeout`,
      ],
    },
    {
      title: `Print the keys of the SSH server of ${instance.name}`,
      effect: {
        kind: "exec",
        instance,
        argv: ["/bin/sh", "-c", `${PRINT_KEYS} ${quote(host)}`],
        bounded: true,
      },
    },
  ];
}

/** Tells whether something listens at port 22 (0x16), by the files of the kernel. */
const LISTENS = ": ssh; grep -q ':0016 0*:0000 0A' /proc/net/tcp /proc/net/tcp6 2>/dev/null";

const PRINT_KEYS =
  'print() { for one in /etc/ssh/ssh_host_*_key.pub; do read -r kind key _ <"$one" && echo "$1 $kind $key"; done; }; print';

/** Returns the steps that copy files; where the instance would go (`keep`), one that fails to copy out keeps it. */
export function copySteps(
  instance: InstanceRef,
  { copies, keep = "always", run = "" }:
    & Pick<RunOptions, "copies">
    & Partial<Pick<RunOptions, "keep" | "run">>,
  direction: "in" | "out",
): Step[] {
  const saves = direction === "out" && savesResults({ copies, keep })
    ? { saves: runMark(instance, run) }
    : {};
  return copies.filter((one) => one.direction === direction).map((one) => ({
    title: direction === "in"
      ? `Copy ${one.outside} to ${one.inside} of ${instance.name}`
      : `Copy ${one.inside} of ${instance.name} to ${one.outside}`,
    effect: { kind: "copy", ...one, instance, ...saves },
    // A program that failed has left results, too.
    ...(direction === "out" ? { anyway: true as const } : {}),
  }));
}

/** Returns the step that runs the program, or waits until the instance stops by itself. */
export function programStep(instance: InstanceRef, { program, lastsSeconds }: RunOptions): Step {
  if (!program) {
    return {
      title: `Wait until ${instance.name} stops`,
      effect: { kind: "wait", instance, until: ["stopped"], timeoutSeconds: lastsSeconds, orGone: true },
    };
  }
  const { terminal, ...rest } = program;
  return {
    title: `Run ${program.argv[0]} in ${instance.name}`,
    effect: { kind: terminal ? "shell" : "exec", instance, ...rest },
  };
}
