/**
 * `apk_repos`, `yum_repos` and `zypper`: the files that list repositories.
 *
 * @module
 */
import * as z from "zod/mini";
import { list } from "../../../config/schema/fields.ts";
import { transform } from "../../../base/schemas.ts";
import { type Context, defineSection, type ValuesOf } from "../../model/section.ts";
import { flag, hasControl, line, mapOf, mapWith } from "../../model/fields.ts";
import type { Draft } from "../../model/item.ts";
import { fileDraft } from "../files/write_files.ts";

const url = line.check(
  z.refine((value) => !/\s/.test(value), { error: "An address must not contain blanks" }),
);
const setting = z.union([line, z.array(line)], { error: "A value, or a list of values, is expected here" });
/** Reports whether a text can be a name in an INI file. */
const isName = (name: string) => name.trim() !== "" && !/[=\[\]]/.test(name) && !hasControl(name);
const repository = mapOf(isName, setting);

const keys = {
  apk_repos: z.optional(mapWith({
    preserve_repositories: z.optional(flag),
    alpine_repo: z.optional(mapWith({
      base_url: z.optional(url),
      community_enabled: z.optional(flag),
      testing_enabled: z.optional(flag),
      version: url,
    })),
    local_repo_base_url: z.optional(url),
  })),
  yum_repos: z.optional(mapOf(isName, repository)),
  yum_repo_dir: z.optional(
    transform(
      line.check(z.refine((path) => path.startsWith("/"), { error: "An absolute path is expected here" })),
      (path) => path.replace(/\/+$/, ""),
    ),
  ),
  zypper: z.optional(mapWith({
    repos: z.optional(list(repository.check(z.refine(({ id, baseurl }) => Boolean(id && baseurl), {
      error: "A repository needs an id and a baseurl",
    })))),
    config: z.optional(repository),
  })),
} as const;

type Values = ValuesOf<typeof keys>;

function write(path: string, content: string, append = false) {
  const bytes = new TextEncoder().encode(content);
  return fileDraft({ path, content: bytes, owner: "root:root", mode: 0o644, append, defer: false });
}

function apkItems({ apk_repos: settings = {} }: Values): Draft[] {
  const { alpine_repo: repo, preserve_repositories: keep, local_repo_base_url: local } = settings;
  if (!repo || keep) return [];
  const { base_url: base = "https://dl-cdn.alpinelinux.org/alpine", version } = repo;
  const lines = [
    `${base}/${version}/main`,
    ...(repo.community_enabled ? [`${base}/${version}/community`] : []),
    ...(repo.testing_enabled ? [`${base}/edge/testing`] : []),
    ...(local ? [`${local}/${version}`] : []),
  ];
  const draft = write("/etc/apk/repositories", `${lines.join("\n")}\n`);
  return [{ section: "apk_repos", path: ["apk_repos"], ...draft }];
}

type Repository = Readonly<Record<string, string | readonly string[]>>;

function withoutWords(value: string): string {
  return /^(?:true|yes|on)$/i.test(value) ? "1" : /^(?:false|no|off)$/i.test(value) ? "0" : value;
}

/** Renders a section of an INI file; each further value of a list has a line of its own. */
function section(name: string, repository: Repository): string {
  const lines = Object.entries(repository).map(([key, value]) => {
    const values = typeof value === "string" ? [withoutWords(value)] : value;
    return `${key.toLowerCase().trim().replaceAll("-", "_")}=${values.join("\n    ")}\n`;
  });
  return `[${name}]\n${lines.join("")}`;
}

function fileName(id: string): string {
  return id.replaceAll(/[^\w.:@+-]/g, "-");
}

function yumItems({ yum_repos: repos = {}, yum_repo_dir: directory = "/etc/yum.repos.d" }: Values): Draft[] {
  return Object.entries(repos).map(([id, repository]): Draft => {
    const name = fileName(id);
    return {
      section: "yum_repos",
      path: ["yum_repos", id],
      ...write(`${directory}/${name}.repo`, section(name, repository)),
    };
  });
}

function zypperItems({ zypper = {} }: Values): Draft[] {
  const { repos = [], config = {} } = zypper;
  const directory = typeof config["reposdir"] === "string" ? config["reposdir"] : "/etc/zypp/repos.d";
  const settings = Object.entries(config).filter(([key, value]) => key !== "configdir" && value !== "");
  const drafts = repos.map((repository, index): Draft => {
    const { id = "", ...rest } = repository;
    const name = fileName(String(id));
    const whole = { enabled: "1", autorefresh: "1", ...rest };
    return {
      section: "zypper",
      path: ["zypper", "repos", index],
      ...write(`${directory.replace(/\/$/, "")}/${name}.repo`, section(name, whole)),
    };
  });
  if (settings.length === 0) return drafts;
  const text = settings.map(([key, value]) => `${key}=${value}\n`).join("");
  return [
    { section: "zypper", path: ["zypper", "config"], ...write("/etc/zypp/zypp.conf", `\n${text}`, true) },
    ...drafts,
  ];
}

/** Makes the items of the repositories that the system's package manager reads. */
function repositoryItems(values: Values, { os }: Context): Draft[] {
  switch (os.packageManager) {
    case "apk":
      return apkItems(values);
    case "dnf":
      return yumItems(values);
    case "zypper":
      return zypperItems(values);
    case "apt":
    case "opkg":
    case "pacman":
    case "xbps":
      return [];
  }
}

/** `apk_repos`, `yum_repos`, `yum_repo_dir` and `zypper`. */
export const repositories = defineSection({
  keys,
  items: { repositories: repositoryItems },
  managers: { apk_repos: "apk", yum_repos: "dnf", zypper: "zypper" },
});
