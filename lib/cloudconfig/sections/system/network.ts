/**
 * `resolv_conf`: the settings of the resolver.
 *
 * @module
 */
import * as z from "zod/mini";
import { list } from "../../../config/schema/fields.ts";
import { flag, mapOf, mapWith, word } from "../../model/fields.ts";
import type { Draft } from "../../model/item.ts";
import { defineSection, type ValuesOf } from "../../model/section.ts";
import { fileDraft } from "../files/write_files.ts";

const keys = {
  manage_resolv_conf: z.optional(flag),
  resolv_conf: z.optional(mapWith({
    nameservers: z.optional(list(word)),
    searchdomains: z.optional(list(word)),
    domain: z.optional(word),
    sortlist: z.optional(list(word)),
    options: z.optional(mapOf((name) => word.safeParse(name).success, word)),
  })),
} as const;

/** Makes the item that writes resolv.conf. */
function resolverItems(values: ValuesOf<typeof keys>): Draft[] {
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

const NO_RESOLVER = 'This has no effect without "manage_resolv_conf: true"';

/** `resolv_conf` and `manage_resolv_conf`. */
export const resolver = defineSection({
  keys,
  items: { network: resolverItems },
  remarks: ({ resolv_conf: given, manage_resolv_conf: manage }) =>
    given && !manage ? [{ path: ["resolv_conf"], message: NO_RESOLVER }] : [],
});
