/**
 * The sources of `init`: compose files, and images and instances of the daemon.
 *
 * @module
 */
import { basename, dirname, join, resolve } from "@std/path";
import { missing } from "../../../base/missing.ts";
import { type Issue, reasonOf, UsageError } from "../../../base/errors.ts";
import { isWithin } from "../../../base/within.ts";
import { fileError } from "../../../config/file.ts";
import { parseDotenv } from "../../../dotenv/parse.ts";
import { findImage, nearImages } from "../../../plan/instance/resolve/image.ts";
import { type ComposeFile, readCompose } from "../../../plan/starter/compose/file.ts";
import { type EnvironmentFile, environmentFiles } from "../../../plan/starter/compose/environment.ts";
import type { YamlMap } from "../../../plan/starter/compose/reader.ts";
import { type ComposePlace, serviceStarter } from "../../../plan/starter/compose/service.ts";
import type { KindOf } from "../../../plan/starter/compose/volumes.ts";
import { starterOfImage, starterOfRemoteImage } from "../../../plan/starter/from_image.ts";
import type { SourceInstance } from "../../../plan/starter/from_instance.ts";
import type { ImageInfo, ImageRemote, InstanceInfo } from "../../../ports/mod.ts";
import type { App } from "../../command/app.ts";
import { projectOf } from "../../shared/operands.ts";
import { readTextFile } from "../../shared/text_file.ts";
import type { Started } from "./new_directory.ts";

/** Tells whether a source is a path, and not a name of the daemon's. */
export function isPath(source: string): boolean {
  return /\.ya?ml$/i.test(source) || /^(?:\.{0,2}\/|\.{1,2}$)/.test(source);
}

const COMPOSE_FILES = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"] as const;

/** Translates the services of a compose file; several become a directory each. */
export async function fromCompose(source: string, path: string, app: App): Promise<Started> {
  const name = await composeFile(source, app);
  const file = await readTextFile(name, app);
  if (!file) throw fileError(name, "No such file");
  const compose = readCompose(name, file.text);
  const directory = dirname(file.path);
  const issues: Issue[] = [...compose.issues];
  const own = await readEnv(directory, issues, app);
  const envFiles = await allEnvFiles(compose, directory, app);
  const asked = new Set<string>();
  const place = (kindOf: KindOf): ComposePlace => ({
    directory,
    kindOf,
    wants: (one) => void asked.add(one),
    lookup: (one) => own.get(one) ?? app.host.env(one),
    filesOf: (service) => envFiles.get(service) ?? [],
  });
  // The first round tells which paths matter.
  for (const service of compose.services) serviceStarter(compose, service, place(() => undefined));
  const kinds = new Map(
    await Promise.all([...asked].map(async (one) => [one, await kindBehind(one, app)] as const)),
  );
  const [first] = compose.services;
  return {
    source: name,
    names: compose.services.flatMap((service) => [service, imageOf(compose, service)]),
    issues,
    directories: compose.services.map((service) => {
      const starter = serviceStarter(compose, service, place((one) => kinds.get(one)));
      const remarks = starter.remarks.map((remark) => ({
        ...remark,
        key: `services.${service}.${remark.key}`,
      }));
      return {
        path: compose.services.length === 1 && service === first
          ? path
          : join(path, compose.instances.get(service)!),
        starter: { ...starter, remarks },
      };
    }),
  };
}

/** Returns the image of a service as the file has it; empty where it depends on variables. */
function imageOf({ source }: ComposeFile, service: string): string {
  const image = ((source.data as YamlMap)["services"] as Record<string, YamlMap>)[service]?.["image"];
  return typeof image === "string" && !image.includes("$") ? image : "";
}

async function composeFile(source: string, app: App): Promise<string> {
  const real = await app.host.realPath(source);
  const info = real === undefined ? undefined : await app.host.lstat(real);
  if (info?.kind !== "directory") return source;
  for (const name of COMPOSE_FILES) {
    if (await app.host.lstat(join(real!, name))) return join(source, name);
  }
  throw new UsageError(`"${source}" has no compose file: ${COMPOSE_FILES.join(", ")}`);
}

async function kindBehind(path: string, app: App): Promise<ReturnType<KindOf>> {
  const real = await app.host.realPath(path).catch(() => undefined);
  return real === undefined ? undefined : (await app.host.lstat(real).catch(() => undefined))?.kind;
}

/** Reads the `.env` file beside a compose file. */
async function readEnv(
  directory: string,
  issues: Issue[],
  app: App,
): Promise<ReadonlyMap<string, string>> {
  const path = join(directory, ".env");
  const text = await app.host.readText(path).catch((error) => {
    issues.push({ file: path, message: `Cannot read it: ${reasonOf(error)}`, severity: "warning" });
    return undefined;
  });
  if (text === undefined) return new Map();
  const parsed = parseDotenv(path, text, app.host.env);
  issues.push(...parsed.issues.map((issue): Issue => ({ ...issue, severity: "warning" })));
  app.hide([...parsed.values.values()].filter((value) => value !== ""));
  return parsed.values;
}

async function allEnvFiles(
  { source, services }: ComposeFile,
  directory: string,
  app: App,
): Promise<ReadonlyMap<string, readonly EnvironmentFile[]>> {
  const all = (source.data as YamlMap)["services"] as YamlMap;
  return new Map(
    await Promise.all(services.map(async (service) => {
      const names = environmentFiles((all[service] as YamlMap)["env_file"]);
      const files = await Promise.all(names.map((name) => readEnvFile(name, directory, app)));
      return [service, files] as const;
    })),
  );
}

const LARGEST_ENV = 2 ** 20;

/** Reads a file of variables, if it is beside the compose file or below: others are none of its business. */
async function readEnvFile(name: string, directory: string, app: App): Promise<EnvironmentFile> {
  if (name.includes("$") || name.includes("\0")) return { name, problem: "its name has a variable" };
  try {
    const real = await app.host.realPath(resolve(directory, name));
    if (real === undefined) return { name };
    if (!isWithin(real, directory)) {
      return { name, problem: "it is not below the directory of the compose file" };
    }
    const info = await app.host.lstat(real);
    if (info?.kind !== "file") return { name, problem: "it is no file" };
    if (info.size > LARGEST_ENV) return { name, problem: "it is larger than 1 MiB" };
    const text = await app.host.readText(real);
    return text === undefined ? { name } : { name, text };
  } catch (error) {
    return { name, problem: reasonOf(error) };
  }
}

interface Where {
  readonly path: string;
  readonly project: string;
}

/** Starts from an image or an instance that the daemon has, or from an image of a server. */
export async function fromDaemon(source: string, where: Where, app: App): Promise<Started> {
  const colon = source.indexOf(":");
  if (colon < 0) return await fromNamed(source, where, app);
  const [remote, name] = [source.slice(0, colon), source.slice(colon + 1)];
  if (remote === await app.remote() || remote === "local") return await fromNamed(name, where, app, true);
  const server = (await app.imageRemotes()).get(remote);
  if (server && isOnlyImages(server)) {
    return { directories: [{ path: where.path, starter: starterOfRemoteImage(source, server) }], issues: [] };
  }
  return await fromNamed(name, where, app.withRemote(remote), true);
}

function isOnlyImages({ protocol }: ImageRemote): boolean {
  return protocol === "simplestreams" || protocol === "oci";
}

/** Starts from the instance or image of a name; an instance comes first where the remote is named. */
async function fromNamed(
  name: string,
  { path, project: flag }: Where,
  app: App,
  hasRemote = false,
): Promise<Started> {
  if (name === "") throw new UsageError("--from names nothing");
  const project = await projectOf(app, flag);
  const server = await app.server();
  const isName = /^[A-Za-z0-9-]+$/.test(name);
  const [info, images] = await Promise.all([
    isName ? server.instance({ project, name }) : undefined,
    server.images(project),
  ]);
  const image = findImage(images, name);
  if (info && !hasRemote && image && image !== "ambiguous" && image.aliases.includes(name)) {
    throw new UsageError(`"${name}" is both an instance and an image`, [
      `For the image: ${image.fingerprint.slice(0, 12)}`,
      `For the instance: ${await app.remote()}:${name}`,
    ]);
  }
  if (info) return await ofInstance(info, path, { images, app });
  if (image === "ambiguous") {
    throw new UsageError(`Several images have a fingerprint that begins with "${name}"`);
  }
  if (image) return { directories: [{ path, starter: starterOfImage(name, image) }], issues: [] };
  throw missing("instance or image", name, {
    advice: [`There is no image "${name}"${nearImages(images, name)}`],
  });
}

/** Returns the directory of an instance, with the app of its daemon. */
export async function ofInstance(
  info: InstanceInfo,
  path: string,
  { images, app }: { readonly images: readonly ImageInfo[]; readonly app: App },
): Promise<Started> {
  const [profiles, remotes] = await Promise.all([
    (await app.server()).profiles(info.project),
    app.imageRemotes(),
  ]);
  const ownName = `${info.name}.lxops`;
  const source: SourceInstance = {
    info,
    ownProfile: info.profiles.includes(ownName) ? profiles.find(({ name }) => name === ownName) : undefined,
    profiles,
    images,
    remotes,
    directoryName: basename(resolve(app.host.cwd, path)),
  };
  return { directories: [], issues: [], adopted: { source, app } };
}
