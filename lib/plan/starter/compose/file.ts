/**
 * Reads compose files.
 *
 * @module
 */
import { ConfigError, type Issue } from "../../../base/errors.ts";
import { issueAt } from "../../../config/schema/validate.ts";
import { parseSource, type Source } from "../../../config/yaml/source.ts";
import { instanceNameProblem } from "../../../instance/patterns/names.ts";
import { isMap, type YamlMap } from "./reader.ts";

/** A compose file. */
export interface ComposeFile {
  readonly source: Source;
  /** Names of its services, in the order of the file. */
  readonly services: readonly string[];
  /** Names of the instances, by those of the services. */
  readonly instances: ReadonlyMap<string, string>;
  /** Warnings that concern no service. */
  readonly issues: readonly Issue[];
}

const MOST_VALUES = 50_000;
const MOST_SERVICES = 200;
const LARGEST = 2 ** 20;

/** Keys beside the services, which are nothing by themselves. */
const SILENT: ReadonlySet<string> = new Set([
  "version",
  "name",
  "services",
  "volumes",
  "networks",
  "secrets",
]);

/**
 * Reads a compose file.
 *
 * @throws {ConfigError} where it is none
 */
export function readCompose(file: string, text: string): ComposeFile {
  const source = parseSource(file, text, { limit: MOST_VALUES, largest: LARGEST });
  const fail = (path: readonly string[], message: string): never => {
    throw new ConfigError([issueAt(source, path, message)]);
  };
  const errors = source.issues.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new ConfigError(errors);
  const data = isMap(source.data)
    ? source.data
    : fail([], "A compose file is expected here: a map with the key services");
  const services = data["services"];
  if (!isMap(services)) {
    return fail(
      services === undefined ? [] : ["services"],
      services === undefined
        ? "This is no compose file: it has no services"
        : "A map of services is expected here",
    );
  }
  const names = Object.keys(services);
  if (names.length === 0) fail(["services"], "The file has no service");
  if (names.length > MOST_SERVICES) fail(["services"], `The file has more than ${MOST_SERVICES} services`);
  const wrong = names.flatMap((name) =>
    isMap(services[name]) ? [] : [issueAt(source, ["services", name], "A map is expected here, the service")]
  );
  if (wrong.length > 0) throw new ConfigError(wrong);
  const others = Object.keys(data).filter((key) => !SILENT.has(key) && !key.startsWith("x-"));
  return {
    source,
    services: names,
    instances: instanceNames(services, names, source),
    issues: [
      ...source.issues,
      ...others.map((key) =>
        issueAt(source, [key], Object.hasOwn(OTHERS, key) ? OTHERS[key]! : "No key says it", "warning")
      ),
    ],
  };
}

const OTHERS: Readonly<Record<string, string>> = {
  include: "Files that it includes are not read: translate them one by one",
  configs: "Configs are not taken over: put their files into conf/",
};

/** Gives each service the name of an instance: that of its container, or its own. */
function instanceNames(
  services: YamlMap,
  names: readonly string[],
  source: Source,
): ReadonlyMap<string, string> {
  const result = new Map<string, string>();
  const taken = new Set<string>();
  for (const name of names) {
    const given = (services[name] as YamlMap)["container_name"];
    const wanted = typeof given === "string" && instanceNameProblem(given) === undefined ? given : name;
    const base = instanceName(wanted);
    let found = base;
    for (let count = 2; taken.has(found); count++) found = `${base}-${count}`;
    if (losesName(wanted) || instanceNameProblem(found) !== undefined) {
      throw new ConfigError([
        issueAt(
          source,
          ["services", name],
          "This name cannot become the name of an instance: rename the service",
        ),
      ]);
    }
    taken.add(found);
    result.set(name, found);
  }
  return result;
}

const LONGEST_NAME = 50;

/** Tells whether the name of an instance would have less than half of the letters and digits of another name. */
export function losesName(text: string): boolean {
  const letters = [...text].filter((one) => /[\p{L}\p{N}]/u.test(one)).slice(0, LONGEST_NAME).length;
  const kept = instanceName(text).replaceAll("-", "").length;
  return !/[A-Za-z]/.test(text) || kept * 2 < letters;
}

/** Returns the name of an instance that is most like another name. */
export function instanceName(text: string): string {
  const plain = text.replaceAll(/[^A-Za-z0-9]+/g, "-").replace(/^[^A-Za-z]+/, "").slice(0, LONGEST_NAME);
  return plain.replace(/-+$/, "") || "container";
}
