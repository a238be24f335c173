/**
 * `apt`: where Debian's packages come from and how they are fetched.
 *
 * @module
 */
import * as z from "zod/mini";
import { flag, list, map, record, text } from "../../config/fields.ts";
import { transform } from "../../schemas.ts";
import { hereDocument, quote } from "../../shell.ts";
import type { CloudConfig } from "../config.ts";
import type { Context } from "../context.ts";
import { hasControl, line, mapOf, noNul } from "../fields.ts";
import { contentOfDraft, type Draft } from "../item.ts";
import { pipeInto } from "../print.ts";
import { CREDENTIALS } from "../secrets.ts";
import { sha256 } from "../sha256.ts";
import { templateWord } from "../template.ts";
import { fileDraft } from "./write_files.ts";

const uri = line.check(z.refine((value) => !/[\s"\\]/.test(value), {
  error: (issue) => `"${issue.input}" is not an address`,
}));
const keyId = transform(line, (id) => id.replaceAll(/\s|^0x/g, "")).check(z.refine(
  (id) => /^[0-9A-Fa-f]{8,40}$/.test(id),
  {
    error: "The id of a key is 8 to 40 hexadecimal digits",
  },
));
const key = {
  key: z.optional(noNul),
  keyid: z.optional(keyId),
  keyserver: z.optional(uri),
} as const;
const fileName = line.check(z.refine((name) => /^[\w./:@+~-]+$/.test(name) && !name.includes(".."), {
  error: (issue) => `"${issue.input}" is not a name for a file`,
}));

const mirror = record({
  arches: z.optional(list(line)),
  uri: z.optional(uri),
  search: z.optional(list(uri)),
  search_dns: z.optional(flag),
  ...key,
});

function isPattern(text: string): boolean {
  try {
    return Boolean(new RegExp(text));
  } catch {
    return false;
  }
}

/** The keys of a cloud-config that this module reads. */
export const aptKeys = {
  apt: z.optional(record({
    preserve_sources_list: z.optional(flag),
    disable_suites: z.optional(list(line)),
    primary: z.optional(list(mirror)),
    security: z.optional(list(mirror)),
    add_apt_repo_match: z.optional(
      text.check(z.refine(isPattern, { error: "This is not a regular expression" })),
    ),
    debconf_selections: z.optional(map(text)),
    sources_list: z.optional(noNul),
    conf: z.optional(text),
    proxy: z.optional(uri),
    http_proxy: z.optional(uri),
    https_proxy: z.optional(uri),
    ftp_proxy: z.optional(uri),
    sources: z.optional(mapOf(
      (name) => name !== "" && !hasControl(name) && !name.includes(".."),
      record({
        source: z.optional(line),
        filename: z.optional(fileName),
        append: z.optional(flag),
        ...key,
      }),
    )),
  })),
} as const;

type Apt = NonNullable<CloudConfig["values"]["apt"]>;
type Keyed = Readonly<
  { key?: string | undefined; keyid?: string | undefined; keyserver?: string | undefined }
>;

const SECTION = "apt";
/** Directory of the keys that are good for every source, and of those that are for sources that name them. */
const TRUSTED = "trusted.gpg.d";
const NAMED = "cloud-init.gpg.d";
/** Shell variables that `lxops_apt_facts` sets. */
const VARIABLES: Readonly<Record<string, string>> = {
  RELEASE: "release",
  MIRROR: "mirror",
  PRIMARY: "mirror",
  SECURITY: "security",
  KEY_FILE: "key",
  release: "release",
  codename: "release",
  mirror: "mirror",
  security: "security",
};

function bytes(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

function write(path: string, content: string, at: string): Draft {
  const file = {
    path,
    content: bytes(content),
    owner: "root:root",
    mode: 0o644,
    append: false,
    defer: false,
  };
  return { section: SECTION, path: [SECTION, at], ...fileDraft(file) };
}

function settings(apt: Apt): Draft[] {
  const proxies = [
    ["http", apt.proxy ?? ""],
    ["http", apt.http_proxy ?? ""],
    ["https", apt.https_proxy ?? ""],
    ["ftp", apt.ftp_proxy ?? ""],
  ].filter(([, proxy]) => proxy !== "").map(([scheme, proxy]) => `Acquire::${scheme}::Proxy "${proxy}";\n`);
  return [
    ...(proxies.length > 0
      ? [write("/etc/apt/apt.conf.d/90cloud-init-aptproxy", proxies.join(""), "proxy")]
      : []),
    ...(apt.conf
      ? [write("/etc/apt/apt.conf.d/94cloud-init-config", `${apt.conf.trimEnd()}\n`, "conf")]
      : []),
  ];
}

function debconf(apt: Apt): Draft[] {
  const selections = Object.entries(apt.debconf_selections ?? {}).sort(([a], [b]) => a < b ? -1 : 1)
    .map(([, content]) => `${content.trimEnd()}\n`).join("");
  if (selections === "") return [];
  return [{
    section: SECTION,
    path: [SECTION, "debconf_selections"],
    title: "Answer questions of packages beforehand",
    script: pipeInto(bytes(selections), "debconf-set-selections"),
    content: sha256(selections),
    target: "apt:debconf",
  }];
}

/** The commands that put a key where apt looks for it; `$key` is then its file. */
function keyCommands({ key, keyid, keyserver }: Keyed, name: string, directory = TRUSTED): string[] {
  if (key !== undefined) {
    // The function sets a variable, which it could not at the end of a pipe.
    const content = hereDocument(key.trim()).trimEnd();
    return [`lxops_apt_key ${quote(name)} ${directory} ${content}`];
  }
  if (keyid === undefined) return [];
  const server = quote(keyserver ?? "keyserver.ubuntu.com");
  return [`lxops_apt_fetch_key ${quote(name)} ${keyid} ${server} ${directory}`];
}

function keyName(name: string): string {
  return name.replace(/^.*\//, "").replace(/\.\w+$/, "").replaceAll(/[^\w-]/g, "_") || "key";
}

/** The mirror for this architecture is chosen in the instance; entries for all come last. */
function mirrorCommands(kind: "primary" | "security", apt: Apt): string[] {
  const entries = apt[kind] ?? [];
  const commands = entries.flatMap((entry) => keyCommands(entry, kind));
  const choices = [...entries].sort((a, b) =>
    Number(a.arches?.includes("default") ?? true) - Number(b.arches?.includes("default") ?? true)
  ).flatMap(({ arches = ["default"], uri, search = [] }) => {
    const pattern = arches.includes("default") ? "*" : arches.map(quote).join(" | ");
    if (uri !== undefined) return [`  (${pattern}) lxops_apt_mirror ${kind} ${quote(uri)} ;;`];
    return search.length === 0
      ? []
      : [`  (${pattern}) lxops_apt_search ${kind} ${search.map(quote).join(" ")} ;;`];
  });
  return choices.length === 0
    ? commands
    : [...commands, `case $(dpkg --print-architecture) in`, ...choices, "esac"];
}

function lists(apt: Apt, os: string): Draft[] {
  if (apt.preserve_sources_list) return [];
  const mirrors = [...mirrorCommands("primary", apt), ...mirrorCommands("security", apt)];
  const suites = (apt.disable_suites ?? []).map((suite) => {
    const known = ["updates", "backports", "security", "proposed"].includes(suite)
      ? `$RELEASE-${suite}`
      : suite;
    return `lxops_apt_disable ${templateWord(known === "release" ? "$RELEASE" : known, VARIABLES)}`;
  });
  const list = apt.sources_list;
  const deb822 = list !== undefined && /^(?:Types|URIs|Suites):/m.test(list) && !/^deb(?:-src)? /m.test(list);
  const target = deb822 ? `/etc/apt/sources.list.d/${os}.sources` : "/etc/apt/sources.list";
  const written = list === undefined ? [] : [
    `printf '%s\\n' ${templateWord(list.trimEnd(), VARIABLES)} | lxops_write ${target} 0644 root:root`,
    ...(deb822 ? ["rm -f /etc/apt/sources.list"] : []),
  ];
  const commands = [...mirrors, ...written, ...suites];
  if (commands.length === 0) return [];
  return [{
    section: SECTION,
    path: [SECTION],
    title: "Set the package mirrors",
    script: ["lxops_apt_facts", ...commands].join("\n"),
    helpers: ["aptSources"],
    content: [apt.primary ?? [], apt.security ?? [], apt.disable_suites ?? [], list ?? ""],
    target: "apt:lists",
    secrets: commands.filter((command) => CREDENTIALS.test(command)),
  }];
}

function sources(apt: Apt): Draft[] {
  const match = new RegExp(apt.add_apt_repo_match ?? "^[\\w-]+:\\w");
  return Object.entries(apt.sources ?? {}).map(([name, entry]): Draft => {
    const plain = entry.filename ?? name;
    const absolute = plain.startsWith("/") ? plain : `/etc/apt/sources.list.d/${plain}`;
    const file = absolute.endsWith(".list") ? absolute : `${absolute}.list`;
    const { source } = entry;
    const keys = keyCommands(entry, keyName(plain), source?.includes("$KEY_FILE") ? NAMED : TRUSTED);
    const word = source === undefined ? "" : templateWord(source, VARIABLES);
    const isName = source !== undefined && match.test(source);
    const add = source === undefined
      ? []
      : isName
      ? [`lxops_apt_repository ${word}`]
      : [`lxops_apt_source ${quote(file)} ${word}${entry.append === false ? " replace" : ""}`];
    return {
      section: SECTION,
      path: [SECTION, "sources", name],
      title: `Add the package source ${name}`,
      script: ["lxops_apt_facts", ...keys, ...add].join("\n"),
      helpers: ["aptSources"],
      content: [name, entry, isName],
      target: `apt:source:${file}`,
      adds: entry.append !== false,
      ...(CREDENTIALS.test(source ?? "") ? { secrets: [word] } : {}),
    };
  });
}

/** Makes the items of `apt`, the last of which reads the new lists, unless another section does so. */
export function aptItems({ values }: CloudConfig, { os }: Context): Draft[] {
  const { apt } = values;
  if (!apt || os.packageManager !== "apt") return [];
  const changed = [...lists(apt, os.name), ...sources(apt)];
  const update: Draft = {
    section: SECTION,
    path: [SECTION],
    title: "Update package lists for the new sources",
    script: "lxops_update",
    helpers: ["apt"],
    content: () => changed.map(contentOfDraft),
    target: "apt:update",
  };
  const updated = values.package_update || values.apt_update || values.package_upgrade || values.apt_upgrade;
  return [...debconf(apt), ...settings(apt), ...changed, ...(changed.length > 0 && !updated ? [update] : [])];
}
