/**
 * `apt`: the sources of Debian's packages and the settings for fetching them.
 *
 * @module
 */
import { compareTexts } from "../../../base/order.ts";
import { hereDocument, quote } from "../../../base/shell.ts";
import { type Context, defineSection, type Remark, type ValuesOf } from "../../model/section.ts";
import type { Draft } from "../../model/item.ts";
import { pipeInto } from "../../model/print.ts";
import { CREDENTIALS } from "../../model/secrets.ts";
import { sha256 } from "../../model/sha256.ts";
import { renderTemplate, type TemplateValues, templateWord } from "../../model/template.ts";
import { type Keyed, keys, LIST_NAMES, namesOf } from "./apt_schema.ts";
import type { PackageValues } from "./packages.ts";
import { fileDraft } from "../files/write_files.ts";

/** Renders a template as a word of a script. */
function rendered(text: string, names: TemplateValues): string {
  return templateWord(renderTemplate(text, names));
}

type Values = ValuesOf<typeof keys>;
type Apt = NonNullable<Values["apt"]>;

const SECTION = "apt";
/** The directory of keys for every source, and that of keys for sources that name them. */
const TRUSTED = "trusted.gpg.d";
const NAMED = "cloud-init.gpg.d";
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
  const selections = Object.entries(apt.debconf_selections ?? {}).sort(([a], [b]) => compareTexts(a, b))
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

/** Returns the commands that store a key for apt; `$key` is then its file. */
function keyCommands({ key, keyid, keyserver }: Keyed, name: string, directory = TRUSTED): string[] {
  if (key !== undefined) {
    // The function sets a variable, which would be lost at the end of a pipe.
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

/**
 * Returns the commands that choose the mirror for the instance's architecture as `$to`; entries for all come last.
 */
function choice(kind: "primary" | "security", apt: Apt): string[] {
  const choices = [...apt[kind] ?? []].sort((a, b) =>
    Number(a.arches?.includes("default") ?? true) - Number(b.arches?.includes("default") ?? true)
  ).flatMap(({ arches = ["default"], uri, search = [] }) => {
    const pattern = arches.includes("default") ? "*" : arches.map(quote).join(" | ");
    if (uri !== undefined) return [`  (${pattern}) lxops_apt_choose ${kind} ${quote(uri)} ;;`];
    return search.length === 0
      ? []
      : [`  (${pattern}) lxops_apt_search ${kind} ${search.map(quote).join(" ")} ;;`];
  });
  return choices.length === 0 ? [] : ["to=", "case $architecture in", ...choices, "esac"];
}

function mirrorCommands(kind: "primary" | "security", apt: Apt): string[] {
  const chosen = choice(kind, apt);
  return [
    ...(apt[kind] ?? []).flatMap((entry) => keyCommands(entry, kind)),
    ...chosen,
    // A list of the file has its own mirrors, and replaces that of the distribution.
    ...(chosen.length > 0 && apt.sources_list === undefined ? [`lxops_apt_mirror ${kind}`] : []),
  ];
}

/** Returns the commands that choose the mirrors to which a source refers, whether or not a list has them. */
function mirrorsOf(source: string, apt: Apt): string[] {
  return /mirror|primary|security/i.test(source)
    ? [...choice("primary", apt), ...choice("security", apt)]
    : [];
}

function lists(apt: Apt, os: string): Draft[] {
  if (apt.preserve_sources_list) return [];
  const mirrors = [...mirrorCommands("primary", apt), ...mirrorCommands("security", apt)];
  const suites = (apt.disable_suites ?? []).map((suite) => {
    const known = ["updates", "backports", "security", "proposed"].includes(suite)
      ? `$RELEASE-${suite}`
      : suite;
    return `lxops_apt_disable ${rendered(known === "release" ? "$RELEASE" : known, LIST_NAMES)}`;
  });
  const list = apt.sources_list;
  const deb822 = list !== undefined && /^(?:Types|URIs|Suites):/m.test(list) && !/^deb(?:-src)? /m.test(list);
  const target = deb822 ? `/etc/apt/sources.list.d/${os}.sources` : "/etc/apt/sources.list";
  const written = list === undefined ? [] : [
    `printf '%s\\n' ${rendered(list.trimEnd(), LIST_NAMES)} | lxops_write ${target} 0644 root:root`,
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
    ...(list === undefined ? {} : { checks: [{ kind: "file", path: target }] }),
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
    const word = source === undefined ? "" : rendered(source, namesOf(entry));
    const mirrors = mirrorsOf(source ?? "", apt);
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
      script: ["lxops_apt_facts", ...mirrors, ...keys, ...add].join("\n"),
      helpers: ["aptSources"],
      content: [name, entry, isName, ...(mirrors.length > 0 ? [mirrors] : [])],
      target: `apt:source:${file}`,
      adds: entry.append !== false,
      ...(source !== undefined && !isName ? { checks: [{ kind: "file", path: file }] } : {}),
      secrets: [word, ...mirrors].filter((part) => CREDENTIALS.test(part)),
    };
  });
}

/** Makes the items of `apt`. The last of them updates the package lists, unless another section does. */
function aptItems(values: Values & PackageValues, { os }: Context): Draft[] {
  const { apt } = values;
  if (!apt || os.packageManager !== "apt") return [];
  const changed = [...lists(apt, os.name), ...sources(apt)];
  const update: Draft = {
    section: SECTION,
    path: [SECTION],
    title: "Update package lists for the new sources",
    script: "lxops_update",
    helpers: ["apt"],
    content: changed.map(({ content }) => content),
    target: "apt:update",
  };
  const updated = values.package_update || values.apt_update || values.package_upgrade || values.apt_upgrade;
  return [...debconf(apt), ...settings(apt), ...changed, ...(changed.length > 0 && !updated ? [update] : [])];
}

const NO_SEARCH = 'This is not supported and is ignored; use "search" for a list of mirrors';

function remarks({ apt = {} }: Values): Remark[] {
  return (["primary", "security"] as const).flatMap((kind) =>
    (apt[kind] ?? []).flatMap(({ search_dns: search }, index): Remark[] =>
      search ? [{ path: ["apt", kind, index, "search_dns"], message: NO_SEARCH }] : []
    )
  );
}

/** `apt`. */
export const apt = defineSection<typeof keys, PackageValues>({
  keys,
  items: { repositories: aptItems },
  managers: { apt: "apt" },
  remarks,
});
