/**
 * The schema of the file in which an administrator says what jobs of CI systems may have.
 *
 * @module
 */
import * as z from "zod/mini";
import { preprocess } from "../../base/schemas.ts";
import {
  duration,
  field,
  flag,
  integer,
  list,
  map,
  oneOf,
  record,
  text,
} from "../../config/schema/fields.ts";
import { limitsSchema } from "../../config/schema/setting_schemas.ts";

/** An entry that is a name alone. */
const asEntry = (value: unknown) => typeof value === "string" ? { name: value } : value;

const name = field(text, {
  default: "",
  description: "The name as a job writes it; * stands for any text without a slash and a colon.",
  examples: ["ruby:*"],
});

const image = field(text, {
  default: "",
  description: "The image that the job gets. The default is what the job has written.",
  examples: ["ci/ruby"],
});

/** The schema of an image that jobs may have. */
export const imageSchema = preprocess(asEntry, record({ name, image }))
  .register(z.globalRegistry, { kind: "name, or map of name and image" });

/** The schema of an image that services of jobs may have. */
export const serviceSchema = preprocess(
  asEntry,
  record({
    name,
    image,
    port: field(integer, {
      default: 0,
      description: "TCP port that the job waits for. The default is to wait for an address alone.",
      examples: [5432],
    }),
  }),
).register(z.globalRegistry, { kind: "name, or map of name, image and port" });

/** The schema of a directory or file of this machine that jobs see. */
export const mountSchema = record({
  source: field(text, { description: "A directory or file of this machine.", examples: ["/srv/mirror"] }),
  path: field(text, { description: "Its path in instances.", examples: ["/mirror"] }),
}).register(z.globalRegistry, { kind: "map of source and path" });

/** The schema of a directory that jobs keep between them. */
export const cacheSchema = record({
  name: field(text, {
    description: "Letters, digits and hyphens. Volumes are called lxops-cache-NAME-...",
    examples: ["npm"],
  }),
  path: field(text, { description: "Path in instances.", examples: ["/root/.npm"] }),
}).register(z.globalRegistry, { kind: "map of name and path" });

/** The schema of a flavor of garm's pools. */
export const flavorSchema = record({
  pool: field(text, {
    default: "",
    description: "Instance pool that the runners are taken from; profiles and limits are those of the pool.",
    examples: ["runners"],
  }),
  profiles: field(list(text), { default: [], description: "Profiles in the place of those of `profiles`." }),
  limits: field(limitsSchema, {
    default: { cpu: "", memory: "", disk: "", processes: "" },
    description: "Limits in the place of those of `limits`.",
  }),
}).register(z.globalRegistry, { kind: "map of pool, profiles and limits" });

/** The schema of the file. */
export const settingsSchema = preprocess(
  (value) => value === null ? {} : value,
  record({
    images: field(list(imageSchema), {
      default: [],
      description: "Images that jobs may have; the first that fits counts. The default is none.",
      examples: [["debian/*", { name: "ruby:*", image: "ci/ruby" }]],
    }),
    "default-image": field(text, {
      default: "",
      description: "The image of jobs that name none.",
      examples: ["ci/debian"],
    }),
    services: field(list(serviceSchema), {
      default: [],
      description: "Images that services of jobs may have. The default is none.",
      examples: [[{ name: "postgres:*", image: "ci/postgres", port: 5432 }]],
    }),
    "most-services": field(integer, {
      default: 5,
      description: "The most services that a job may have; the default is 5.",
    }),
    profiles: field(list(text), {
      default: ["default"],
      description: "Profiles of the instances; the default is default.",
    }),
    limits: field(limitsSchema, {
      default: { cpu: "", memory: "", disk: "", processes: "" },
      description: "Limits of each instance.",
    }),
    network: field(text, {
      default: "",
      description: "Network of the instances, or none. The default is that of the profiles.",
    }),
    nesting: field(flag, { default: false, description: "Let instances run containers of their own." }),
    mounts: field(list(mountSchema), {
      default: [],
      description: "Directories and files of this machine that instances see. Instances cannot change them.",
    }),
    caches: field(list(cacheSchema), {
      default: [],
      description:
        "Directories that are kept between jobs. Each project has its own, and protected branches have others than " +
        "unprotected ones. Jobs that run at the same time have different ones.",
    }),
    "builds-dir": field(text, {
      default: "/builds",
      description: "Directory for the sources in instances; the default is /builds.",
    }),
    "cache-dir": field(text, {
      default: "/cache",
      description: "Directory for caches of GitLab in instances; the default is /cache.",
    }),
    shell: field(oneOf(["bash", "sh"]), {
      default: "bash",
      description: "Shell of GitLab's scripts, which images must have; the default is bash.",
    }),
    user: field(text, {
      default: "",
      description: "User of the instances that runs scripts: UID:GID, or root.",
    }),
    runner: field(text, {
      default: "",
      description:
        "The program gitlab-runner of this machine, which instances see at /usr/local/bin/gitlab-runner, or none. The " +
        "default is the one of /usr/bin or /usr/local/bin, where there is one.",
    }),
    wait: field(text, {
      default: "",
      description:
        "What a job needs before it begins: exec, init, net, dns or dns:NAME, or several with commas. The default is net, " +
        "or exec where there is no network.",
    }),
    "wait-timeout": field(duration, { default: 60, description: "Time limit for that; the default is 60s." }),
    lifetime: field(duration, {
      default: 6 * 3600,
      description:
        "Time after which an instance counts as left behind, where GitLab does not tell the time limit of the job; the " +
        "default is 6h.",
    }),
    flavors: field(map(flavorSchema), {
      default: {},
      description: "Flavors that pools of garm may have, by name. The flavor `default` needs no entry.",
    }),
    project: field(text, {
      default: "",
      description: "Project of the instances. The default is the client's current project.",
    }),
    remote: field(text, {
      default: "",
      description: "Remote of the client's configuration. The default is the current remote.",
    }),
  }),
);

/** The checked values of the file. */
export type Settings = z.output<typeof settingsSchema>;
