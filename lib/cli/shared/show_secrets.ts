/**
 * `--show-secrets`, for every command that has dry runs.
 *
 * @module
 */
import type { App } from "../command/app.ts";

/** Returns an app whose scripts have passwords and keys. */
export function showingSecrets(app: App): App {
  return {
    ...app,
    hide: () => {},
    withRemote: (remote) => showingSecrets(app.withRemote(remote)),
    atAddress: (daemon) => showingSecrets(app.atAddress(daemon)),
    apply: (plan, options) => app.apply(plan, { ...options, showSecrets: true }),
  };
}
