/**
 * `hostname`, `fqdn` and `manage_etc_hosts`.
 *
 * @module
 */
import * as z from "zod/mini";
import { oneOf, text } from "../../../config/schema/fields.ts";
import { quote } from "../../../base/shell.ts";
import { type Context, defineSection, type ValuesOf } from "../../model/section.ts";
import type { Draft } from "../../model/item.ts";
import { flag } from "../../model/fields.ts";

const host = text.check(
  z.refine((name) => name === "" || /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})$/.test(name), {
    error: (issue) => `"${issue.input}" is not a valid host name: use letters, digits, "-" and "."`,
  }),
);

const keys = {
  hostname: z.optional(host),
  fqdn: z.optional(host),
  prefer_fqdn_over_hostname: z.optional(flag),
  preserve_hostname: z.optional(flag),
  create_hostname_file: z.optional(flag),
  manage_etc_hosts: z.optional(z.union([oneOf(["localhost", "template"]), flag], {
    error: '"true", "false" or "localhost" is expected here',
  })),
} as const;

type Values = ValuesOf<typeof keys>;

/** Returns the short and the full host name of a file; empty if it has none. */
function namesOf({ hostname = "", fqdn = "" }: Values): { readonly short: string; readonly full: string } {
  if (fqdn !== "") return { short: hostname || fqdn.split(".")[0] || "", full: fqdn };
  return hostname.includes(".")
    ? { short: hostname.split(".")[0] ?? "", full: hostname }
    : { short: hostname, full: hostname };
}

/** Makes the item that sets the host name. */
function hostnameItems(values: Values, { os }: Context): Draft[] {
  const { short, full } = namesOf(values);
  if (short === "" || values.preserve_hostname) return [];
  const preferFull = values.prefer_fqdn_over_hostname ?? os.family === "redhat";
  const name = preferFull ? full : short;
  const makes = values.create_hostname_file !== false;
  return [{
    section: "hostname",
    path: [values.hostname ? "hostname" : "fqdn"],
    title: `Set the host name ${name}`,
    script: `lxops_hostname ${quote(name)}${makes ? " make" : ""}`,
    helpers: ["system"],
    content: makes ? name : [name, "where there is one"],
    target: "hostname",
    checks: [{ kind: "hostname", name, file: makes }],
  }];
}

/** Makes the item that adds the host name to /etc/hosts. */
function hostsItems(values: Values, { os }: Context): Draft[] {
  const manage = values.manage_etc_hosts;
  if (manage === undefined || manage === false) return [];
  const { short, full } = namesOf(values);
  const whole = manage === "localhost" ? "" : " whole";
  const address = os.family === "redhat" || os.family === "suse" ? "127.0.0.1" : "127.0.1.1";
  return [{
    section: "manage_etc_hosts",
    path: ["manage_etc_hosts"],
    title: manage === "localhost" ? "Add the host name to /etc/hosts" : "Write /etc/hosts",
    script: `lxops_hosts ${address} ${quote(full)} ${quote(short)}${whole}`,
    helpers: ["system"],
    content: [manage === "localhost", short, full],
    target: "file:/etc/hosts",
    checks: [{ kind: "hosts", address, full, short }],
  }];
}

/** `hostname`, `fqdn` and `manage_etc_hosts`, with the keys that say how they are applied. */
export const hostname = defineSection({
  keys,
  items: {
    network: (values, context) => [...hostnameItems(values, context), ...hostsItems(values, context)],
  },
});
