/**
 * The starter of a service of a compose file.
 *
 * @module
 */
import { resolve } from "@std/path";
import type { Lookup } from "../../../dotenv/interpolate.ts";
import { literal, type Starter, type Value } from "../starter.ts";
import { type BaseImage, baseImage } from "./base_image.ts";
import { type EnvironmentFile, readEnvironment } from "./environment.ts";
import type { ComposeFile } from "./file.ts";
import { readDependencies, readHealthcheck } from "./health.ts";
import { readLimits } from "./limits.ts";
import { readPorts } from "./ports.ts";
import { isMap, ServiceReader, type YamlMap } from "./reader.ts";
import { maySecret } from "./secret_words.ts";
import { type KindOf, readVolumes, volumeNames, VOLUMES } from "./volumes.ts";

/** Files of the machine that a compose file names. */
export interface ComposePlace {
  /** Absolute directory of the compose file. */
  readonly directory: string;
  readonly kindOf: KindOf;
  /** Receives paths that `kindOf` needs to know. */
  readonly wants?: (path: string) => void;
  /** The values of the `.env` file beside it. */
  readonly lookup: Lookup;
  /** The files that `env_file` of a service names. */
  readonly filesOf: (service: string) => readonly EnvironmentFile[];
}

/** The reasons why keys of a service are not taken over; those of other keys are that no key says them. */
const REASONS: Readonly<Record<string, string>> = {
  build: "No image is built: bootstrap.sh sets the system up",
  cap_add: "Capabilities are those of a whole system; see lxc.cap.drop of raw.lxc, under config",
  command: "The system of an instance starts its services: see bootstrap.sh",
  configs: "Put the files into conf/",
  entrypoint: "The system of an instance starts its services: see bootstrap.sh",
  extends: "What it extends is not read",
  labels: "No key says it; config has user.* keys for notes",
  network_mode: "The NICs of an instance are those of its profiles; others can be under devices",
  networks: "The NICs of an instance are those of its profiles; others can be under devices",
  privileged: "Add security.privileged under config only if nothing else will do",
  profiles: "lxops up launches the directories that you name",
  tmpfs: "Instances have a /run in memory; others can be under devices",
  user: "Services of a system have their users; see bootstrap.sh",
  working_dir: "Services of a system have their directories; see bootstrap.sh",
};

/** Keys that say nothing that an instance lacks. */
const SILENT = ["container_name", "hostname", "init", "stdin_open", "tty", "expose", "pull_policy"] as const;

/** Returns the starter of a service. */
export function serviceStarter(compose: ComposeFile, service: string, place: ComposePlace): Starter {
  const reader = new ServiceReader(compose.source, ["services", service], place.lookup);
  for (const key of SILENT) reader.take(key);
  const image = reader.text("image");
  const base = baseImage(image?.value ?? "");
  const bootstrap = bootstrapLines(reader);
  const { settings, env } = readEnvironment(reader, place.filesOf(service));
  const ports = readPorts(reader);
  const { limits, config } = readLimits(reader);
  const volumes = readVolumes(reader, {
    ...place,
    isShared: (volume) => usersOf(compose, volume).length > 1,
  });
  const secrets = readSecrets(reader, compose, place);
  const checks = readHealthcheck(reader);
  const after = readDependencies(reader, compose.instances);
  const autostart = restartOf(reader);
  for (const key of reader.rest()) reader.say([key], reasonOf(key));
  const maps = { environment: settings, limits, config, devices: volumes.devices, secrets, after };
  for (const name of reader.unset) {
    reader.remarks.push({ key: "environment", message: `${name} has no value: give it one in .env` });
  }
  return {
    source: `It was written from the service "${service}" of a compose file.`,
    keys: {
      ...nameKey(compose, service),
      image: base.image,
      ostype: base.ostype,
      ...(ports.length > 0 ? { ports } : {}),
      ...(autostart === undefined ? {} : { autostart }),
      ...(volumes.hasVolumes ? { filesystems: VOLUMES } : {}),
      ...(checks.length > 0 ? { checks } : {}),
      ...Object.fromEntries(Object.entries(maps).filter(([, map]) => Object.keys(map).length > 0)),
    },
    comments: { image: imageComment(image?.value, base) },
    env: new Map([...reader.used, ...[...reader.unset].map((name) => [name, ""] as const), ...env]),
    unset: [...reader.unset],
    remarks: reader.remarks,
    packages: base.packages,
    bootstrap,
  };
}

function reasonOf(key: string): string {
  return Object.hasOwn(REASONS, key) ? REASONS[key]! : "No key says it";
}

/** Returns the key `name` where the directory of the service, which gives the instance its name otherwise, cannot. */
function nameKey(compose: ComposeFile, service: string): Readonly<Record<string, Value>> {
  return compose.services.length === 1 ? { name: compose.instances.get(service)! } : {};
}

function imageComment(image: string | undefined, { ostype }: BaseImage): readonly string[] {
  return image === undefined || image === "" ? [] : [
    `The compose file has ${JSON.stringify(image)}, which holds one program; this is a system, ${ostype}.`,
  ];
}

function bootstrapLines(reader: ServiceReader): readonly string[] {
  return ["entrypoint", "command"].flatMap((key) => {
    const value = reader.take(key);
    if (value === undefined) return [];
    if (maySecret(value)) {
      reader.say([key], `${REASONS[key]!}. It may have a secret, and is not written there`);
      return [`The compose file has a ${key} that may have a secret: look at it there`];
    }
    const words = Array.isArray(value) ? value.map((word) => JSON.stringify(word)).join(" ") : `${value}`;
    reader.say([key], REASONS[key]!);
    return [`The compose file has this ${key}: ${words}`];
  });
}

function usersOf(compose: ComposeFile, volume: string): readonly string[] {
  const services = (compose.source.data as YamlMap)["services"] as YamlMap;
  return compose.services.filter((name) =>
    volumeNames((services[name] as YamlMap)["volumes"]).includes(volume)
  );
}

function restartOf(reader: ServiceReader): boolean | undefined {
  const restart = reader.text("restart")?.value;
  if (restart === undefined || restart === "") return undefined;
  if (restart === "no" || restart === "false") return false;
  if (restart === "always" || restart === "unless-stopped") return true;
  if (/^on-failure(?::\d+)?$/.test(restart)) {
    reader.say(["restart"], "The instance starts with the daemon; its system restarts services that fail");
    return true;
  }
  reader.say(["restart"], "It is not known here");
  return undefined;
}

/** Reads the secrets of a service, with their definitions at the end of the file. */
function readSecrets(
  reader: ServiceReader,
  compose: ComposeFile,
  { directory, kindOf, wants }: ComposePlace,
): Readonly<Record<string, Value>> {
  const all = (compose.source.data as YamlMap)["secrets"];
  const result: Record<string, Value> = {};
  for (const [path, item] of reader.list("secrets")) {
    const source = isMap(item) ? item["source"] : item;
    const about = typeof source === "string" && isMap(all) && Object.hasOwn(all, source)
      ? all[source]
      : undefined;
    const [file, variable] = isMap(about) ? [about["file"], about["environment"]] : [];
    if (typeof source !== "string" || !/^[A-Za-z0-9][A-Za-z0-9_.-]{0,60}$/.test(source)) {
      reader.say(path, "Its name cannot be that of a secret; it is not taken over");
    } else if (typeof variable === "string" && /^[A-Za-z_]\w*$/.test(variable)) {
      result[source] = { env: variable };
      reader.say(path, `It is the file /run/lxops/secrets/${source}, and its value that of $${variable}`);
    } else if (typeof file === "string") {
      const real = resolve(directory, file);
      wants?.(real);
      if (kindOf(real) !== "file") reader.say(path, `${real} is no file; the secret is not taken over`);
      else {
        result[source] = { file: literal(real) };
        reader.say(path, `It is the file /run/lxops/secrets/${source}`);
      }
    } else reader.say(path, "Nothing says where its value comes from; it is not taken over");
  }
  return result;
}
