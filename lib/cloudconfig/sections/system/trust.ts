/**
 * `ca_certs`: the certificate authorities that programs trust.
 *
 * @module
 */
import * as z from "zod/mini";
import { text } from "../../../config/schema/fields.ts";
import { preprocess } from "../../../base/schemas.ts";
import { type Context, defineSection, type ValuesOf } from "../../model/section.ts";
import type { Draft } from "../../model/item.ts";
import type { OSType } from "../../model/ostype.ts";
import { sha256 } from "../../model/sha256.ts";
import { fileDraft } from "../files/write_files.ts";
import { flag, mapWith } from "../../model/fields.ts";

const certificates = preprocess(
  (value) => value === null ? [] : typeof value === "string" ? [value] : value,
  z.array(text, { error: "A certificate, or a list of certificates, is expected here" }),
);

const settings = preprocess(
  (value) =>
    value !== null && typeof value === "object" && "remove-defaults" in value
      ? { remove_defaults: value["remove-defaults"], ...value, "remove-defaults": undefined }
      : value,
  mapWith({
    remove_defaults: z.optional(flag),
    "remove-defaults": z.optional(z.undefined()),
    trusted: z.optional(certificates),
  }),
);

const keys = { ca_certs: z.optional(settings), "ca-certs": z.optional(settings) } as const;

interface Place {
  readonly prefix: string;
  readonly update: string;
  /** The file that has all certificates as they were given; absent: the program chooses among them. */
  readonly bundle?: string;
}

function placeOf({ family }: OSType): Place {
  switch (family) {
    case "redhat":
      return {
        prefix: "/usr/share/pki/ca-trust-source/anchors/cloud-init-ca-cert-",
        update: "update-ca-trust",
      };
    case "suse":
      return { prefix: "/usr/share/pki/trust/anchors/cloud-init-ca-cert-", update: "update-ca-certificates" };
    case "arch":
      return {
        prefix: "/etc/ca-certificates/trust-source/anchors/cloud-init-ca-cert-",
        update: "update-ca-trust",
      };
    case "alpine":
    case "debian":
    case "openwrt":
    case "void":
      return {
        prefix: "/usr/local/share/ca-certificates/cloud-init-ca-cert-",
        update: "update-ca-certificates",
        bundle: "/etc/ssl/certs/ca-certificates.crt",
      };
  }
}

/** Returns the texts of certificates between their two lines, without blanks. */
function bodiesOf(text: string): readonly string[] {
  const found = text.matchAll(/-----BEGIN (?:TRUSTED )?CERTIFICATE-----([A-Za-z0-9+\/=\s]+)-----END/g);
  return [...found].map(([, body = ""]) => body.replaceAll(/\s/g, ""));
}

/** Makes an item for each certificate, and one that updates the system's certificates. */
function trustItems(values: ValuesOf<typeof keys>, { os }: Context): Draft[] {
  const key = values.ca_certs ? "ca_certs" : "ca-certs";
  const { remove_defaults: remove = false, trusted = [] } = values.ca_certs ?? values["ca-certs"] ?? {};
  if (!remove && trusted.length === 0) return [];
  const { prefix, update, bundle } = placeOf(os);
  const files = trusted.map((certificate, index): Draft => ({
    section: "ca_certs",
    path: [key, "trusted", index],
    ...fileDraft({
      path: `${prefix}${index + 1}.crt`,
      content: new TextEncoder().encode(certificate),
      owner: "root:root",
      mode: 0o644,
      append: false,
      defer: false,
    }),
  }));
  const certificates = [...new Set(trusted.flatMap(bodiesOf))];
  return [...files, {
    section: "ca_certs",
    path: [key],
    title: remove ? "Trust only the certificates of the file" : "Trust the certificates",
    script: [...(remove ? [`lxops_distrust ${os.family}`] : []), `lxops_trust ${update}`].join("\n"),
    helpers: ["trust", os.packageManager],
    content: [remove, trusted.map(sha256)],
    target: "ca_certs",
    ...(bundle !== undefined && certificates.length > 0
      ? { checks: [{ kind: "trust", bundle, certificates }] }
      : {}),
  }];
}

/** `ca_certs`, also as `ca-certs`. */
export const trust = defineSection({ keys, items: { network: trustItems } });
