/**
 * Reads the file in which an administrator says what jobs of CI systems may have.
 *
 * @module
 */
import { ConfigError, type Issue } from "../../base/errors.ts";
import { issueAt, sortIssues, validate } from "../../config/schema/validate.ts";
import { parseSource, type Path, type Source } from "../../config/yaml/source.ts";
import { poolProblem } from "../pool/names.ts";
import { type Settings, settingsSchema } from "./settings_schema.ts";

/** The place where the file is looked for. */
export const SETTINGS_FILE = "/etc/lxops/ci.yaml";

/**
 * Reads the text of the file. An unknown key is an error, as it may be a limit that is misspelled.
 *
 * @throws {ConfigError} with the places of what is wrong
 */
export function parseSettings(file: string, text: string): Settings {
  const source = parseSource(file, text);
  const { value, issues } = validate(settingsSchema, source, { strict: true });
  const all = [...issues, ...value ? problems(value, source) : []];
  if (!value || all.some(({ severity }) => severity === "error")) throw new ConfigError(sortIssues(all));
  return value;
}

/** Settings of an empty file: no job may have anything. */
export function noSettings(): Settings {
  return parseSettings("", "{}");
}

/** Characters of a name of an image: nothing with a meaning of its own for the daemon or for a pattern. */
export const IMAGE_NAME = /^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,254}$/;

const IMAGE_PATTERN = /^[A-Za-z0-9*][A-Za-z0-9._:/@+*-]{0,254}$/;
const CACHE_NAME = /^[A-Za-z0-9][A-Za-z0-9-]{0,19}$/;

function problems(settings: Settings, source: Source): Issue[] {
  const wrong = (path: Path, message: string) => issueAt(source, path, message);
  const { images, services, caches, mounts, user } = settings;
  const isPath = (text: string) => text.startsWith("/") && !text.split("/").includes("..");
  const paths: (readonly [Path, string])[] = [
    [["builds-dir"], settings["builds-dir"]],
    [["cache-dir"], settings["cache-dir"]],
    ...caches.map(({ path }, index) => [["caches", index, "path"], path] as const),
    ...mounts.map(({ path }, index) => [["mounts", index, "path"], path] as const),
    ...mounts.map(({ source }, index) => [["mounts", index, "source"], source] as const),
    ...(settings.runner === "" || settings.runner === "none" ? [] : [[["runner"], settings.runner] as const]),
  ];
  const named = [
    ...images.map((one, index) => [["images", index], one] as const),
    ...services.map((one, index) => [["services", index], one] as const),
  ];
  const first = settings["default-image"];
  return [
    ...paths.filter(([, path]) => !isPath(path)).map(([path]) =>
      wrong(path, "An absolute path is expected here")
    ),
    ...named.filter(([, { name }]) => !IMAGE_PATTERN.test(name)).map(([path, { name }]) =>
      wrong(path, `"${name}" is no name of an image`)
    ),
    ...named.filter(([, { image }]) => image !== "" && !IMAGE_NAME.test(image)).map(([path, { image }]) =>
      wrong(path, `"${image}" is no name of an image`)
    ),
    ...(first !== "" && !IMAGE_NAME.test(first)
      ? [wrong(["default-image"], `"${first}" is no name of an image`)]
      : []),
    ...caches.flatMap(({ name }, index) => [
      ...CACHE_NAME.test(name) ? [] : [
        wrong(["caches", index, "name"], "A name of at most 20 letters, digits and hyphens is expected here"),
      ],
      ...caches.findIndex((one) => one.name === name) < index
        ? [wrong(["caches", index, "name"], `There are two caches "${name}"`)]
        : [],
    ]),
    ...Object.entries(settings.flavors).flatMap(([flavor, one]) => flavorProblems(flavor, one, wrong)),
    ...(user === "" || user === "root" || /^\d{1,9}(?::\d{1,9})?$/.test(user)
      ? []
      : [wrong(["user"], "UID, UID:GID or root is expected here")]),
  ];
}

function flavorProblems(
  flavor: string,
  { pool, profiles, limits }: Settings["flavors"][string],
  wrong: (path: Path, message: string) => Issue,
): Issue[] {
  if (pool === "") return [];
  const problem = poolProblem(pool);
  const has = profiles.length > 0
    ? "profiles"
    : Object.values(limits).some((one) => one !== "")
    ? "limits"
    : "";
  return [
    ...problem === undefined
      ? []
      : [wrong(["flavors", flavor, "pool"], `The pool name "${pool}" ${problem}`)],
    ...has === "" ? [] : [
      wrong(
        ["flavors", flavor, has],
        `The runners have the ${has} of pool "${pool}": leave one of them out`,
      ),
    ],
  ];
}
