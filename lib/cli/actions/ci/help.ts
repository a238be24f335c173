/**
 * The help topic about jobs of CI systems.
 *
 * @module
 */
import { section } from "../../../config/describe/reference.ts";
import { SETTINGS_FILE } from "../../../plan/ci/settings.ts";
import {
  cacheSchema,
  flavorSchema,
  imageSchema,
  mountSchema,
  serviceSchema,
  settingsSchema,
} from "../../../plan/ci/settings_schema.ts";

const HEAD = `Jobs of CI systems

  lxops ci gitlab ...     the custom executor of gitlab-runner
  lxops ci garm           a provider of garm: runners of GitHub and Gitea
  lxops ci falk ...       a machine of justin, for Falk
  lxops ci doctor SYSTEM  a job that does nothing, which says what is missing
  lxops ci --help         all of them; examples/ci has files to start from

Each job gets an instance of its own, which goes with the job. What is left
where a runner was killed goes with a later job, or by: lxops run --sweep.
The author of a job chooses among what the administrator's file allows, and
nothing else. Options of the daemon, mounts and limits are in that file alone.
With lxops ci gitlab config --pool POOL, jobs have instances of a pool, whose
image, limits and mounts are those of the pool. Machines of Falk come from a
pool with ci falk ... --pool POOL, and runners of garm with a flavor that has
pool: POOL. Runners of Forgejo are a pool of mode self: examples/ci/forgejo.

The end of a script ends the processes that it has started, but not those with
a session of their own (setsid): these go on until the job ends. With LXD, the
stage also waits for such a process while it has the output of the script open:
send its output to a file.

`;

/** Renders `lxops help ci`. */
export function ciText(): string {
  return [
    HEAD,
    section(
      `The administrator's file is YAML, ${SETTINGS_FILE} or that of --file. An unknown key is an error. All keys are ` +
        "optional; without the file, a job may have nothing.",
      settingsSchema,
    ),
    section("An entry of images that is a map has these keys:", imageSchema),
    section("An entry of services that is a map has these keys:", serviceSchema),
    section("An entry of mounts has these keys:", mountSchema),
    section("An entry of caches has these keys:", cacheSchema),
    section("An entry of flavors has these keys:", flavorSchema),
  ].join("\n");
}
