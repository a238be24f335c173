/**
 * The services of a job of GitLab: what the job's author writes, and the instances that they become.
 *
 * @module
 */
import * as z from "zod/mini";
import { narrow } from "../../base/schemas.ts";
import type { Address, InstanceRef } from "../../ports/mod.ts";
import type { Check } from "../../step/check.ts";
import type { Step } from "../../step/step.ts";
import { allowedImage, listed, shown } from "./images.ts";
import { JobError } from "./job_error.ts";
import type { Settings } from "./settings_schema.ts";

/** A service of a job. */
export interface Service {
  readonly image: string;
  /** Names under which the job reaches it. */
  readonly names: readonly string[];
  /** The port that the job waits for; 0: none. */
  readonly port: number;
  /** The program that the job's author wants in it; absent: what its image starts. */
  readonly argv?: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
}

const words = z.nullish(z.array(z.string()));

/** The form of `CI_JOB_SERVICES`. */
const servicesSchema = z.array(z.object({
  name: z.string(),
  alias: z.nullish(z.string()),
  entrypoint: words,
  command: words,
  variables: z.nullish(z.record(z.string(), z.string())),
}));

type Written = z.output<typeof servicesSchema>[number];

/** A name of a host: letters, digits, hyphens, dots and, as GitLab makes them, underscores. */
const HOST = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?$/;

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Reads the services of a job.
 *
 * @throws {JobError} where the administrator does not allow one
 */
export function parseServices(text: string, settings: Settings, file: string): readonly Service[] {
  if (text.trim() === "") return [];
  const fail = (reason: string) => new JobError(`The services of the job cannot be read: ${reason}`);
  const written = narrow(servicesSchema, parsed(text, fail), fail);
  const most = settings["most-services"];
  if (written.length > most) {
    throw new JobError(`The job has ${written.length} services, and "${file}" allows ${most}`);
  }
  if (written.length > 0 && settings.network === "none") {
    throw new JobError(`The job has services, and "${file}" gives instances no network`);
  }
  return written.map((one) => serviceOf(one, settings, file));
}

function parsed(text: string, fail: (reason: string) => Error): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw fail("CI_JOB_SERVICES is no JSON");
  }
}

function serviceOf(
  { name, alias, entrypoint, command, variables }: Written,
  settings: Settings,
  file: string,
): Service {
  const found = allowedImage(settings.services, name);
  if (!found) {
    throw new JobError(
      `The job may not have the service ${shown(name)}: "${file}" does not allow it`,
      [listed(settings.services)],
    );
  }
  const aliases = (alias ?? "").split(/[, ]+/).filter((one) => one !== "");
  const names = aliases.length > 0 ? aliases : defaultNames(name);
  const wrong = names.find((one) => !HOST.test(one));
  if (wrong !== undefined) throw new JobError(`The alias ${shown(wrong)} of a service is no name of a host`);
  const env = variables ?? {};
  const odd = Object.entries(env).find(([key, value]) => !VARIABLE.test(key) || value.includes("\0"));
  if (odd) throw new JobError(`The variable ${shown(odd[0])} of a service cannot be set`);
  const argv = [...entrypoint ?? [], ...command ?? []];
  if (argv.some((word) => word.includes("\0"))) {
    throw new JobError("The command of a service has a zero byte");
  }
  const [program, ...rest] = argv;
  return {
    image: found.image,
    names,
    port: found.entry.port,
    ...(program === undefined ? {} : { argv: [program, ...rest] }),
    env,
  };
}

/** Returns the names that GitLab gives a service without an alias: `a/b:1` is `a__b` and `a-b`. */
function defaultNames(name: string): readonly string[] {
  const path = name.replace(/@.*$/, "").replace(/:[^/]*$/, "").replace(/:/g, "");
  return [...new Set([path.replaceAll("/", "__"), path.replaceAll("/", "-")])];
}

/**
 * Starts a program that goes on when the step has ended, in a session of its own. A file with the name of the instance,
 * which no image has, says that it was started: a runner that prepares a job again starts no second one.
 */
const BACKGROUND = [
  "started=/var/log/lxops-service.$1; shift",
  '[ -e "$started" ] && exit 0',
  'command -v setsid >/dev/null && set -- setsid "$@"',
  '"$@" </dev/null >/var/log/lxops-service.log 2>&1 & : >"$started"',
].join("; ");

/** Returns the steps that start the program of a service and wait for its port. */
export function serviceSteps(
  instance: InstanceRef,
  { argv, env, port }: Service,
  readySeconds: number,
): readonly Step[] {
  return [
    ...(argv
      ? [{
        title: `Start the program of service ${instance.name}`,
        effect: {
          kind: "exec" as const,
          instance,
          argv: ["/bin/sh", "-c", BACKGROUND, "sh", instance.name, ...argv] as const,
          ...(Object.keys(env).length > 0 ? { env } : {}),
          bounded: true as const,
        },
      }]
      : []),
    ...(port > 0
      ? [{
        title: `Wait for port ${port} of ${instance.name}`,
        effect: { kind: "check" as const, ...portCheck(instance, port, readySeconds) },
      }]
      : []),
  ];
}

/** Returns the check whether something listens at a port, by the files of the kernel. */
function portCheck(instance: InstanceRef, port: number, readySeconds: number): Check {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const script = `grep -q ':${hex} 0*:0000 0A' /proc/net/tcp /proc/net/tcp6 2>/dev/null`;
  return {
    instance,
    label: `port ${port}`,
    probe: { kind: "exec", argv: ["/bin/sh", "-c", script] },
    interval: 0.2,
    timeout: 5,
    retries: Math.ceil(readySeconds / 0.2),
    within: readySeconds,
    startPeriod: 0,
    startInterval: 0.2,
  };
}

/** Writes lines of standard input into the hosts file in the place of those of an earlier attempt. */
const WRITE_HOSTS = [
  "{ grep -v ' # lxops-ci$' /etc/hosts; cat; } >/etc/hosts.lxops-ci &&",
  "cat /etc/hosts.lxops-ci >/etc/hosts && rm -f /etc/hosts.lxops-ci",
].join(" ");

/** Returns the step by which a job finds its services: each with its names and an address. */
export function hostsStep(
  instance: InstanceRef,
  services: readonly { readonly names: readonly string[]; readonly address: string }[],
): Step {
  const lines = services.map(({ address, names }) => `${address} ${names.join(" ")} # lxops-ci\n`);
  return {
    title: `Write the names of services into /etc/hosts of ${instance.name}`,
    effect: {
      kind: "exec",
      instance,
      argv: ["/bin/sh", "-c", WRITE_HOSTS],
      stdin: lines.join(""),
      bounded: true,
    },
  };
}

/** Returns the address of a service that its job uses: the first of IPv4, or else of IPv6. */
export function serviceAddress(addresses: readonly Address[]): string | undefined {
  const global = addresses.filter(({ scope }) => scope === "global");
  return (global.find(({ family }) => family === "inet") ?? global[0])?.address;
}
