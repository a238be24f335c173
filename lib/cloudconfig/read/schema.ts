/**
 * The schema of cloud-config files: the keys of all sections, and what is said about the others.
 *
 * @module
 */
import * as z from "zod/mini";
import { check, type Checked, openText, type Rules } from "./check.ts";
import type { CloudConfig } from "../model/config.ts";
import { mergeFiles } from "./merge.ts";
import { withoutEffect } from "../compile/no_effect.ts";
import { aptKeys } from "../sections/packages/apt_schema.ts";
import { bootKeys } from "../sections/commands/boot.ts";
import { chpasswdKeys } from "../sections/users/chpasswd.ts";
import { hostKeyKeys } from "../sections/system/host_keys.ts";
import { hostnameKeys } from "../sections/system/hostname.ts";
import { keyKeys } from "../sections/users/ssh_keys.ts";
import { localizationKeys } from "../sections/system/localization.ts";
import { mountKeys } from "../sections/system/mounts.ts";
import { networkKeys } from "../sections/system/network.ts";
import { ntpKeys } from "../sections/system/ntp.ts";
import { packageKeys } from "../sections/packages/packages.ts";
import { repositoryKeys } from "../sections/packages/repositories.ts";
import { runcmdKeys } from "../sections/commands/runcmd.ts";
import { snapKeys } from "../sections/packages/snap.ts";
import { trustKeys } from "../sections/system/trust.ts";
import { userKeys } from "../sections/users/user_schema.ts";
import { writeFilesKeys } from "../sections/files/write_files.ts";
import { UNSUPPORTED } from "../sections/unsupported.ts";
import { mapWith } from "../model/fields.ts";

const ignored = z.optional(z.unknown());

export type { CloudConfig };

const applied = {
  ...bootKeys,
  ...writeFilesKeys,
  ...hostnameKeys,
  ...localizationKeys,
  ...networkKeys,
  ...ntpKeys,
  ...mountKeys,
  ...trustKeys,
  ...aptKeys,
  ...repositoryKeys,
  ...packageKeys,
  ...snapKeys,
  ...userKeys,
  ...keyKeys,
  ...chpasswdKeys,
  ...hostKeyKeys,
  ...runcmdKeys,
} as const;

/** The keys that are applied. */
export const appliedKeys: readonly string[] = Object.keys(applied);

/** The keys of a cloud-config file. */
export const schema = mapWith({
  ...applied,
  ...Object.fromEntries(Object.keys(UNSUPPORTED).map((key) => [key, ignored])) as Record<never, never>,
});

/** What a cloud-config file says, with every value in one form. */
export type Values = Readonly<z.output<typeof schema>>;

/** Every file fits or not by these. */
export const rules: Rules = { schema, remarks: withoutEffect };

/** Reads a cloud-config file; errors are thrown all together as a `ConfigError`. */
export function parseCloudConfig(file: string, text: string): Checked {
  return check(openText(file, text), rules);
}

/** Merges each file that says how with the one before it; what they come to is checked as a file is. */
export function mergeCloudConfigs(files: readonly CloudConfig[]): readonly CloudConfig[] {
  if (!files.some(({ mergers }) => mergers)) return files;
  return mergeFiles(
    files,
    (source) => check({ source: { ...source, text: "", issues: [] }, mergers: [] }, rules),
  );
}
