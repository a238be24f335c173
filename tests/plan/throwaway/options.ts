/** Options of a run that says nothing. */
import type { RunOptions } from "../../../lib/plan/throwaway/options.ts";

/** The options. */
export const OPTIONS: RunOptions = {
  resume: false,
  force: false,
  adopt: false,
  stopSeconds: 5,
  readySeconds: 60,
  pauseSeconds: 0,
  all: false,
  run: "host m b 1 2",
  config: {},
  devices: {},
  keep: "never",
  ready: { until: ["exec"] },
  program: { argv: ["true"], terminal: false },
  copies: [],
  caches: [],
  lastsSeconds: 60,
};
