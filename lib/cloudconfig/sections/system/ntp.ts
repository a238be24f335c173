/**
 * `ntp`: a client of time servers.
 *
 * @module
 */
import * as z from "zod/mini";
import { list, text } from "../../../config/schema/fields.ts";
import { transform } from "../../../base/schemas.ts";
import { quote } from "../../../base/shell.ts";
import { type Context, defineSection, type Remark, type ValuesOf } from "../../model/section.ts";
import { flag, mapWith, word } from "../../model/fields.ts";
import type { Check } from "../../model/check.ts";
import type { Draft } from "../../model/item.ts";
import type { OSType } from "../../model/ostype.ts";
import { contentOfNext } from "../../model/print.ts";
import { renderTemplate, templateProblem } from "../../model/template.ts";
import { guestPath } from "../files/write_files.ts";

const config = mapWith({
  confpath: z.optional(guestPath),
  packages: z.optional(list(word)),
  service_name: z.optional(word),
  template: z.optional(text),
  template_name: z.optional(text),
  check_exe: z.optional(word),
});

const settings = mapWith({
  enabled: z.optional(flag),
  ntp_client: z.optional(word),
  pools: z.optional(list(word)),
  servers: z.optional(list(word)),
  peers: z.optional(list(word)),
  allow: z.optional(list(word)),
  config: z.optional(config),
});

type Settings = z.output<typeof settings>;

/** A client with its default settings. */
interface Client {
  readonly name: string;
  readonly path?: string;
  readonly packages?: readonly string[];
  readonly services?: readonly string[];
  readonly program?: string;
}

/** The clients whose configuration lxops can write. */
const OWN = ["chrony", "systemd-timesyncd"] as const;

/** Returns the settings that cloud-init knows for a client. For other clients, a file must have them all. */
function clientOf(name: string, family: OSType["family"]): Client {
  const alpine = family === "alpine";
  switch (name) {
    case "chrony": {
      const below = family === "debian" || alpine ? "/etc/chrony" : "/etc";
      const services = ["chronyd", "chrony"];
      return { name, path: `${below}/chrony.conf`, packages: ["chrony"], services, program: "chronyd" };
    }
    case "systemd-timesyncd":
      return {
        name,
        path: "/etc/systemd/timesyncd.conf.d/cloud-init.conf",
        packages: ["systemd-timesyncd"],
        services: [name],
        program: "/lib/systemd/systemd-timesyncd",
      };
    case "ntp": {
      const services = family === "debian" ? ["ntp"] : ["ntpd"];
      return { name, path: "/etc/ntp.conf", packages: alpine ? [] : ["ntpsec"], services, program: "ntpd" };
    }
    case "ntpdate":
      return { name, path: "/etc/ntp.conf", packages: [name], services: [name], program: name };
    case "openntpd":
      return { name, path: "/etc/ntpd.conf", packages: [], services: ["ntpd"], program: "ntpd" };
    default:
      return { name };
  }
}

/** Returns time servers for a file that has none. Not every system has a zone of its own. */
function usual(os: OSType): readonly string[] {
  const zone = os.name === "alpine" || os.name === "openwrt" || os.name === "void" ? "" : `${os.name}.`;
  return [0, 1, 2, 3].map((n) => `${n}.${zone}pool.ntp.org`);
}

/** Returns the values of a template: the servers of the file, or others if it has none. */
function valuesOf(
  { pools = [], servers = [], peers = [], allow = [] }: Settings,
  instead: readonly string[],
) {
  return { servers, pools: pools.length + servers.length === 0 ? instead : pools, allow, peers };
}

const REQUIRED = ["check_exe", "confpath", "packages", "service_name", "template"] as const;

/** Returns the name of the client that is set up for a file. */
function wanted({ ntp_client: name = "auto", config: given }: Settings): string {
  if (name === "auto" || name === "") return "chrony";
  const isKnown = clientOf(name, "debian").path !== undefined;
  const isOwn = (OWN as readonly string[]).includes(name);
  // The configuration of this client can only be written with a template of the file.
  return isKnown && !isOwn && given?.template === undefined ? "chrony" : name;
}

const keys = {
  ntp: z.optional(transform(settings, (ntp, { issues }) => {
    const { config: given = {}, ntp_client: name = "" } = ntp;
    const problem = (path: string[], message: string) =>
      issues.push({ code: "custom", path, message, input: given });
    const client = clientOf(wanted(ntp), "debian");
    const missing = client.path === undefined ? REQUIRED.filter((key) => given[key] === undefined) : [];
    if (missing.length > 0) {
      problem(
        ["ntp_client"],
        `"${name}" is not a known client; ntp.config must have its settings: ${missing.join(", ")}`,
      );
    }
    const why = given.template ? templateProblem(given.template, valuesOf(ntp, ["pool.ntp.org"])) : undefined;
    if (why !== undefined) problem(["config", "template"], why);
    if (given.template_name && !given.template) {
      problem(
        ["config", "template_name"],
        'This names a file of cloud-init itself, which lxops does not have; use "template" for the text',
      );
    }
    return ntp;
  })),
} as const;

/** Returns the name of the client that is set up instead of the one that a file asks for, if they differ. */
function otherClient(ntp: Settings | undefined): string | undefined {
  if (!ntp?.ntp_client || ntp.ntp_client === "auto") return undefined;
  const client = wanted(ntp);
  return client === ntp.ntp_client ? undefined : client;
}

function usualText(client: string, ntp: Settings, os: OSType): string {
  const { servers, pools, peers, allow } = valuesOf(ntp, usual(os));
  const lines = client === "systemd-timesyncd" ? ["[Time]", `NTP=${[...servers, ...pools].join(" ")}`] : [
    ...pools.map((name) => `pool ${name} iburst`),
    ...servers.map((name) => `server ${name} iburst`),
    ...peers.map((name) => `peer ${name}`),
    ...allow.map((name) => `allow ${name}`),
    "driftfile /var/lib/chrony/chrony.drift",
    "makestep 1 3",
    "rtcsync",
  ];
  return lines.map((each) => `${each}\n`).join("");
}

/** Returns the check that a client runs, and starts with systemd or OpenRC; its service is the first of `services` that there is. */
function serviceCheck(services: readonly string[], os: OSType): readonly Check[] {
  // Debian calls that of chrony by the second name; the first is a link, which is there only while it is enabled.
  const name = os.family === "debian" ? services.at(-1) : services[0];
  return name === undefined ? [] : [{
    kind: "service",
    name: name.replace(/\.service$/, ""),
    ...(os.family === "openwrt" || os.family === "void" ? {} : { enabled: true }),
    active: true,
    ifThere: true,
  }];
}

/** Makes the item that installs and configures a time client. */
function ntpItems({ ntp }: ValuesOf<typeof keys>, { os }: Context): Draft[] {
  if (!ntp || ntp.enabled === false) return [];
  const { config: given = {} } = ntp;
  const client = clientOf(wanted(ntp), os.family);
  const path = given.confpath ?? client.path ?? "";
  const packages = given.packages ?? client.packages ?? [];
  const services = given.service_name !== undefined ? [given.service_name] : client.services ?? [];
  const program = given.check_exe ?? client.program ?? "";
  const rendered = given.template
    ? renderTemplate(given.template, valuesOf(ntp, usual(os)))
    : usualText(client.name, ntp, os);
  const install = packages.length > 0
    ? `lxops_install ${packages.map(quote).join(" ")}`
    : `echo ${quote(`lxops: there is no ${program}, and no package of it is named`)}`;
  return [{
    section: "ntp",
    path: ["ntp"],
    title: `Set the time servers for ${client.name}`,
    script: [
      `command -v ${quote(program)} >/dev/null 2>&1 || ${install}`,
      contentOfNext(new TextEncoder().encode(rendered)),
      `lxops_write ${quote(path)} 0644 root:root`,
      `lxops_service restart ${services.map(quote).join(" ")}`,
      `lxops_enable ${services.map(quote).join(" ")}`,
    ].join("\n"),
    helpers: ["write", "services", os.packageManager],
    content: ntp,
    target: `file:${path}`,
    checks: [
      {
        kind: "file",
        path,
        content: new TextEncoder().encode(rendered),
        mode: "0644",
        owner: "root:root",
      },
      ...serviceCheck(services, os),
    ],
  }];
}

const NO_PEERS = "This has no effect: systemd-timesyncd only asks servers";

/** Finds a client that is replaced by another, and settings that the client does not have. */
function remarks({ ntp }: ValuesOf<typeof keys>): Remark[] {
  const instead = otherClient(ntp);
  if (instead !== undefined) {
    const message = `"${ntp?.ntp_client}" is not supported: ${instead} is set up instead`;
    return [{ path: ["ntp", "ntp_client"], message }];
  }
  const { ntp_client: client, peers = [], allow = [], config } = ntp ?? {};
  if (client !== "systemd-timesyncd" || config?.template) return [];
  const given = [...(peers.length > 0 ? ["peers"] : []), ...(allow.length > 0 ? ["allow"] : [])];
  return given.map((key) => ({ path: ["ntp", key], message: NO_PEERS }));
}

/** `ntp`. */
export const ntp = defineSection({ keys, items: { ntp: ntpItems }, remarks });
