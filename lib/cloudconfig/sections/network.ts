/**
 * `resolv_conf` and `ntp`.
 *
 * @module
 */
import * as z from "zod/mini";
import { flag, list, record, text } from "../../config/fields.ts";
import { quote } from "../../shell.ts";
import type { CloudConfig } from "../config.ts";
import type { Context } from "../context.ts";
import { mapOf, word } from "../fields.ts";
import type { Draft } from "../item.ts";
import { contentOfNext } from "../print.ts";
import { fileDraft, guestPath } from "./write_files.ts";

/** The keys of a cloud-config that this module reads. */
export const networkKeys = {
  manage_resolv_conf: z.optional(flag),
  resolv_conf: z.optional(record({
    nameservers: z.optional(list(word)),
    searchdomains: z.optional(list(word)),
    domain: z.optional(word),
    sortlist: z.optional(list(word)),
    options: z.optional(mapOf((name) => word.safeParse(name).success, word)),
  })),
  ntp: z.optional(record({
    enabled: z.optional(flag),
    ntp_client: z.optional(word),
    pools: z.optional(list(word)),
    servers: z.optional(list(word)),
    peers: z.optional(list(word)),
    allow: z.optional(list(word)),
    config: z.optional(record({
      confpath: z.optional(guestPath),
      packages: z.optional(list(word)),
      service_name: z.optional(word),
      template: z.optional(text),
      check_exe: z.optional(word),
    })),
  })),
} as const;

/** Makes the item that writes the addresses of name servers. */
export function resolverItems({ values }: CloudConfig): Draft[] {
  const { manage_resolv_conf: manage, resolv_conf: resolver } = values;
  if (!manage || !resolver) return [];
  const { nameservers = [], searchdomains = [], domain, sortlist = [], options = {} } = resolver;
  const flags = Object.entries(options).flatMap(([name, value]) =>
    /^(?:true|yes|on)$/i.test(value) ? [name] : /^(?:false|no|off)$/i.test(value) ? [] : [`${name}:${value}`]
  );
  const lines = [
    ...nameservers.map((server) => `nameserver ${server}`),
    ...(searchdomains.length > 0 ? [`search ${searchdomains.join(" ")}`] : []),
    ...(domain ? [`domain ${domain}`] : []),
    ...(sortlist.length > 0 ? [`sortlist ${sortlist.join(" ")}`] : []),
    ...(flags.length > 0 ? [`options ${flags.join(" ")}`] : []),
  ];
  const content = new TextEncoder().encode(lines.map((each) => `${each}\n`).join(""));
  const file = { path: "/etc/resolv.conf", content, owner: "root:root", mode: 0o644 };
  return [{
    section: "resolv_conf",
    path: ["resolv_conf"],
    ...fileDraft({ ...file, append: false, defer: false }),
  }];
}

/** Makes the item that installs a time client and tells it its servers. */
export function ntpItems({ values }: CloudConfig, { os }: Context): Draft[] {
  const { ntp } = values;
  if (!ntp || ntp.enabled === false) return [];
  const { pools = [], servers = [], peers = [], allow = [] } = ntp;
  const timesyncd = ntp.ntp_client === "systemd-timesyncd";
  const defaults = pools.length + servers.length === 0
    ? [0, 1, 2, 3].map((n) => `${n}.${os.name === "opensuse" ? "opensuse" : os.name}.pool.ntp.org`)
    : pools;
  const lines = timesyncd ? ["[Time]", `NTP=${[...servers, ...defaults].join(" ")}`] : [
    ...defaults.map((name) => `pool ${name} iburst`),
    ...servers.map((name) => `server ${name} iburst`),
    ...peers.map((name) => `peer ${name}`),
    ...allow.map((name) => `allow ${name}`),
    "driftfile /var/lib/chrony/chrony.drift",
    "makestep 1 3",
    "rtcsync",
  ];
  const text = lines.map((each) => `${each}\n`).join("");
  const chrony = os.family === "debian" || os.family === "alpine"
    ? "/etc/chrony/chrony.conf"
    : "/etc/chrony.conf";
  const path = ntp.config?.confpath ?? (timesyncd ? "/etc/systemd/timesyncd.conf.d/cloud-init.conf" : chrony);
  const packages = ntp.config?.packages ?? [timesyncd ? "systemd-timesyncd" : "chrony"];
  const services = ntp.config?.service_name !== undefined
    ? [ntp.config.service_name]
    : timesyncd
    ? ["systemd-timesyncd"]
    : ["chronyd", "chrony"];
  const check = ntp.config?.check_exe ?? (timesyncd ? "/lib/systemd/systemd-timesyncd" : "chronyd");
  const content = new TextEncoder().encode(ntp.config?.template ?? text);
  return [{
    section: "ntp",
    path: ["ntp"],
    title: `Set the time servers for ${timesyncd ? "systemd-timesyncd" : "chrony"}`,
    script: [
      `command -v ${quote(check)} >/dev/null 2>&1 || lxops_install ${packages.map(quote).join(" ")}`,
      contentOfNext(content),
      `lxops_write ${quote(path)} 0644 root:root`,
      `lxops_service restart ${services.map(quote).join(" ")}`,
    ].join("\n"),
    helpers: ["write", "services", os.packageManager],
    content: ntp,
    target: `file:${path}`,
  }];
}
