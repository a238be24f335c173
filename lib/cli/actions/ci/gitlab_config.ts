/**
 * `ci gitlab config`: tells the runner where a job works, and by which file the other commands go.
 *
 * @module
 */
import { resolve } from "@std/path";
import { EXIT } from "../../../base/errors.ts";
import { VERSION } from "../../../base/version.ts";
import type { App } from "../../command/app.ts";
import { forRunner, type GitlabValues, jobOf } from "./gitlab.ts";
import { POOL_VARIABLE, poolOf } from "./pooled.ts";
import { FILE_VARIABLE, readSettings, REMOTE_VARIABLE } from "./settings.ts";

/** Runs `ci gitlab config`. */
export async function config(values: GitlabValues, _: readonly string[], app: App): Promise<number> {
  return await forRunner(app, async () => {
    const [{ settings, named }] = await Promise.all([readSettings(values, app), jobOf(values, app)]);
    const pool = poolOf(values, app);
    app.print(`${
      JSON.stringify({
        builds_dir: settings["builds-dir"],
        cache_dir: settings["cache-dir"],
        builds_dir_is_shared: false,
        driver: { name: "lxops", version: VERSION },
        shell: settings.shell,
        job_env: {
          // The runner may call the other commands in another directory.
          ...(named === "" ? {} : { [FILE_VARIABLE]: resolve(app.host.cwd, named) }),
          ...(settings.remote === "" ? {} : { [REMOTE_VARIABLE]: settings.remote }),
          ...(pool === "" ? {} : { [POOL_VARIABLE]: pool }),
        },
      })
    }\n`);
    return EXIT.ok;
  });
}
