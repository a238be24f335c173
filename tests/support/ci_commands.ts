/** Command lines of the commands that CI systems call. */
import { worldOf } from "../plan/world_spec.ts";
import type { Case } from "./other_commands.ts";

/** The file of a runner about a job. */
export const JOB = JSON.stringify({
  id: 12,
  token: "glcbt-1",
  job_info: { project_id: 7 },
  git_info: { ref: "main", protected: true },
  runner_info: { timeout: 3600 },
});

/** The name of its instance. */
export const INSTANCE = "ci-12-5b3a190ece";

/** The run that the marks of its instance name. */
export const RUN = "gitlab-5b3a190ece1ef15bfa0f35ced2004599";

/** Files of all of them. */
export const FILES = {
  "/c/job.json": JOB,
  "/c/script": "#!/usr/bin/env sh\necho 'END'\n",
  "/c/ci.yaml": `images: [tiny, {name: "ruby:*", image: tiny}]
default-image: tiny
services: [{name: "postgres:*", image: tiny, port: 5432}]
limits: {memory: 1GiB}
caches: [{name: npm, path: /root/.npm}]
mounts: [{source: /srv/mirror, path: /mirror}]
runner: none
wait: exec
`,
};

const FLAGS = ["-file=ci.yaml", "-job=job.json"];
const images = [{ aliases: ["tiny"] }];

/** Commands that only look. */
export const LOOKING: readonly (readonly [readonly string[], RegExp])[] = [
  [
    ["ci", "gitlab", "config", ...FLAGS],
    /^\{"builds_dir":"\/builds","cache_dir":"\/cache","builds_dir_is_shared":false,/,
  ],
  [["ci", "falk", "prepare", "-file=ci.yaml", "images:debian/13"], /^$/],
];

/** Variables that garm sets for all commands. */
const GARM = {
  GARM_CONTROLLER_ID: "c",
  GARM_PROVIDER_CONFIG_FILE: "/c/ci.yaml",
};

/** Commands that change something. */
export const CHANGING: readonly Case[] = [
  {
    name: "ci gitlab prepare",
    args: ["ci", "gitlab", "prepare", ...FLAGS],
    files: FILES,
    world: worldOf({ images }),
  },
  {
    name: "ci gitlab prepare once more",
    args: ["ci", "gitlab", "prepare", ...FLAGS],
    files: FILES,
    world: worldOf({
      images,
      instances: [{ name: INSTANCE, config: { "user.lxops.run": `${INSTANCE} ${RUN}` } }],
    }),
  },
  {
    name: "ci gitlab run",
    args: ["ci", "gitlab", "run", ...FLAGS, "script", "build_script"],
    files: FILES,
    world: worldOf({ instances: [{ name: INSTANCE }] }),
  },
  {
    name: "ci gitlab cleanup",
    args: ["ci", "gitlab", "cleanup", ...FLAGS],
    files: FILES,
    world: worldOf({
      // An instance that goes stays in this world.
      instances: [{ name: "other", config: { "user.lxops.run": "other gitlab-1" } }],
    }),
  },
  {
    name: "ci falk launch",
    // In this world no instance ever stops.
    args: ["ci", "falk", "launch", "-file=ci.yaml", "-port=2222", "none"],
    files: FILES,
    world: worldOf({ images }),
  },
  {
    name: "ci falk cleanup",
    args: ["ci", "falk", "cleanup", "-file=ci.yaml"],
    files: FILES,
    world: worldOf({}),
  },
  {
    name: "ci doctor falk",
    args: ["ci", "doctor", "-file=ci.yaml", "falk", "tiny"],
    files: FILES,
    world: worldOf({ images }),
  },
  {
    name: "ci garm",
    args: ["ci", "garm"],
    env: { ...GARM, GARM_COMMAND: "StopInstance", GARM_INSTANCE_ID: "a" },
    files: FILES,
    world: worldOf({ instances: [{ name: "a", config: { "user.runner-controller-id": "c" } }] }),
  },
];
