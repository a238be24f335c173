/**
 * All commands that change something, each with the state that it starts from.
 *
 * @module
 */
import { ADOPTION } from "./adoption.ts";
import type { Case } from "./case.ts";
import { DAEMON } from "./daemon.ts";
import { DATA } from "./data.ts";
import { IMAGES } from "./images.ts";
import { LIFECYCLE } from "./lifecycle.ts";
import { POOLS } from "./pools.ts";

/** All cases of the table. */
export const CASES: readonly Case[] = [...LIFECYCLE, ...DATA, ...DAEMON, ...IMAGES, ...POOLS, ...ADOPTION];

const ONE_FILE = "it replaces one file of the user's, at once, and asks no daemon for a change";

const POOL =
  "its instances have random names; tests/e2e/pool kills takers and tenders at any moment, and the next tender goes on";

/** Commands with --dry-run that have no row, each with the reason. */
export const WITHOUT_ROWS: Readonly<Record<string, string>> = {
  "config convert": ONE_FILE,
  "profile export": "it replaces files of the user's, each at once, and asks no daemon for a change",
  "property set": ONE_FILE,
  "property unset": ONE_FILE,
  "remote add": ONE_FILE,
  "remote remove": ONE_FILE,
  "instance addresses": ONE_FILE,
  "instance number": ONE_FILE,
  "image shell": "each run makes another image; the steps are those of `image build`",
  "cloudconfig": "it is an older name of `instance cloudconfig`",
  "instance keep": "it sends no request that changes something: SFTP replaces one whole file after the other",
  "instance shell": "it is `instance exec` with a terminal",
  "shell": "it is `exec` with a terminal",
  "top": "it only looks, by a program",
  "ci gitlab prepare": "its instances are those of `run`; tests/e2e/ci kills and repeats it",
  "ci gitlab run": "it is `exec` with a script",
  "ci falk launch": "it is `run` until the instance stops",
  "ci falk cleanup": "it is `run --sweep`",
  "ci doctor": "it is a job of `ci gitlab`, or `run`",
  "ci garm": "garm calls it again, or DeleteInstance, with what it got; its steps are those of `run`",
  "ci gitlab cleanup": "it is `run --sweep` of one job",
  "file pull": "it is `cp`",
  "doctor": "each of its changes is that of `unpause`, `run --sweep` or a lock, or of the mode of one file",
  "pool create": POOL,
  "pool acquire": POOL,
  "pool run": POOL,
  "pool renew": POOL,
  "pool release": POOL,
  "pool warm": POOL,
  "pool retire": POOL,
  "pool forget": POOL,
  "pool mark": POOL,
};
