/**
 * `packages`: all packages of a file are installed by one call of the package manager.
 *
 * @module
 */
import * as z from "zod/mini";
import { list, text } from "../../../config/schema/fields.ts";
import type { PackageCheck } from "../../model/check.ts";
import type { Draft } from "../../model/item.ts";
import { type Context, defineSection, type ValuesOf } from "../../model/section.ts";
import type { PackageManager } from "../../shell/packages.ts";
import { preprocess, transform } from "../../../base/schemas.ts";
import { quote } from "../../../base/shell.ts";
import { flag, mapWith } from "../../model/fields.ts";

/** A package; without a manager, it is for that of the system. */
export interface Package {
  readonly name: string;
  readonly version?: string;
  /** An option of the manager, for example `--classic`. */
  readonly option?: string;
  readonly manager?: "apt" | "snap";
}

const word = text.check(z.refine((name) => !/^-|[\s\p{Cc}]/u.test(name), {
  error: (issue) => `"${issue.input}" is not a valid package name: it starts with "-" or contains a blank`,
}));

/** Text with several names: the Go lxops passed each entry to a shell, and existing files rely on that. */
const names = transform(
  preprocess(
    (value) => typeof value === "string" ? value.split(/\s+/).filter((name) => name !== "") : undefined,
    z.array(word),
  ),
  (all): Package[] => all.map((name) => ({ name })),
);

const versioned = transform(
  z.tuple([word, word], {
    error: "A list of a name and a version is expected here, for example [nginx, 1.24.0-1]",
  }),
  ([name, version]): Package[] => [{ name, version }],
);

const plain = z.union([names, versioned], {
  error: "A name, or a list of a name and a version, is expected here",
});

const option = text.check(z.refine((value) => /^--?[a-z][^\s\p{Cc}]*$/u.test(value), {
  error: (issue) =>
    `"${issue.input}" is neither a channel nor an option such as --classic or --channel=latest/stable`,
}));

/** A snap: its name, or its name and a channel or an option of `snap install`. */
const snap = z.union([
  names,
  transform(z.tuple([word, option]), ([name, option]): Package[] => [{ name, option }]),
  versioned,
], { error: "A name, or a list of a name and a channel or an option, is expected here" });

const managed = transform(
  mapWith({ apt: z.optional(list(plain)), snap: z.optional(list(snap)) }),
  ({ apt = [], snap = [] }): Package[] => [
    ...apt.flat().map((entry): Package => ({ ...entry, manager: "apt" })),
    ...snap.flat().map((entry): Package => ({ ...entry, manager: "snap" })),
  ],
);

const keys = {
  packages: z.optional(transform(
    list(
      z.union([names, versioned, managed], {
        error: "A name, a list of a name and a version, or a map of package managers is expected here",
      }),
    ),
    (all): readonly Package[] => all.flat(),
  )),
  package_update: z.optional(flag),
  package_upgrade: z.optional(flag),
  apt_update: z.optional(flag),
  apt_upgrade: z.optional(flag),
} as const;

/** The checked values of these keys. */
export type PackageValues = ValuesOf<typeof keys>;

/** The text between a name and a version; a manager without one installs the version that it has. */
const SEPARATORS: Readonly<Partial<Record<PackageManager, string>>> = {
  apt: "=",
  apk: "=",
  zypper: "=",
  dnf: "-",
  xbps: "-",
};

function words(packages: readonly Package[], separator: string): string[] {
  return packages.map(({ name, version = "" }) => version === "" ? name : `${name}${separator}${version}`);
}

function snapCommand({ name, version, option }: Package): string {
  const given = option ?? (version === undefined ? undefined : `--channel=${version}`);
  return `snap install ${quote(name)}${given === undefined ? "" : ` ${quote(given)}`}`;
}

/** Returns the checks of packages; the packages of patterns, groups and files are not known. */
function checksOf(
  packages: readonly Package[],
  manager: PackageManager,
  hasVersions: boolean,
): readonly PackageCheck[] {
  return packages.flatMap(({ name: given, version }): readonly PackageCheck[] => {
    const [name = "", equal] = given.split("=");
    if (!/^[A-Za-z0-9][\w.+-]*$/.test(name) || manager === "apt" && /[+-]$/.test(name)) return [];
    const wanted = version ?? equal;
    return [{ kind: "package", manager, name, ...(wanted && hasVersions ? { version: wanted } : {}) }];
  });
}

/** Makes the items that install packages. */
function packageItems({ packages = [] }: PackageValues, { os }: Context): Draft[] {
  const own = packages.filter(({ manager }) => manager === undefined || manager === os.packageManager);
  const snaps = packages.filter(({ manager }) => manager === "snap");
  const others = packages.filter((entry) => !own.includes(entry) && !snaps.includes(entry));
  const separator = SEPARATORS[os.packageManager];
  const lines: string[] = [];
  const notes = others.map(({ name }) => name);
  const base = { section: "packages", path: ["packages"] };
  const drafts: Draft[] = [];
  if (separator === undefined && own.some(({ version }) => version !== undefined)) {
    lines.push(
      `echo ${
        quote(
          `lxops: ${os.packageManager} installs the version that it has; the versions in the file are not used`,
        )
      }`,
    );
  }
  if (notes.length > 0) {
    lines.push(`echo ${quote(`lxops: not installed, as they are for apt: ${notes.join(" ")}`)}`);
  }
  if (own.length > 0) {
    const all = separator === undefined ? own.map(({ name }) => name) : words(own, separator);
    lines.push(`lxops_install ${all.map(quote).join(" ")}`);
    drafts.push({
      ...base,
      title: `Install packages ${all.join(" ")}`,
      script: lines.join("\n"),
      helpers: [os.packageManager],
      content: words(own, "="),
      checks: checksOf(own, os.packageManager, separator === "="),
    });
  } else if (lines.length > 0) {
    drafts.push({ ...base, title: "Skip packages for apt", script: lines.join("\n"), content: notes });
  }
  if (snaps.length > 0) {
    drafts.push({
      ...base,
      title: `Install snaps ${snaps.map(({ name }) => name).join(" ")}`,
      script: snaps.map(snapCommand).join("\n"),
      content: {
        snaps: snaps.map(({ name, version, option = version }) => option ? `${name}=${option}` : name),
      },
    });
  }
  return drafts;
}

/** Makes the items that update package lists and upgrade packages. */
function packageUpdateItems(values: PackageValues, { os }: Context): Draft[] {
  const drafts: Draft[] = [];
  const helpers = [os.packageManager];
  const base = { section: "packages", helpers };
  if (values.package_update || values.apt_update || values.package_upgrade || values.apt_upgrade) {
    const key = values.package_update
      ? "package_update"
      : values.apt_update
      ? "apt_update"
      : "package_upgrade";
    drafts.push({
      ...base,
      path: [key],
      title: "Update package lists",
      script: "lxops_update",
      content: "update",
    });
  }
  if (values.package_upgrade || values.apt_upgrade) {
    const key = values.package_upgrade ? "package_upgrade" : "apt_upgrade";
    drafts.push({
      ...base,
      path: [key],
      title: "Upgrade packages",
      script: "lxops_upgrade",
      content: "upgrade",
    });
  }
  return drafts;
}

/** `packages`, `package_update` and `package_upgrade`, also by their older names. */
export const packages = defineSection({
  keys,
  items: {
    packages: (values, context) => [
      ...packageUpdateItems(values, context),
      ...packageItems(values, context),
    ],
  },
});
