/** Stories whose frames are golden. */
import { CommandError, InterruptedError } from "../../../../lib/base/errors.ts";
import type { Plan } from "../../../../lib/step/step.ts";
import { plan, step } from "../../../support/steps.ts";
import { done, noting, start, starting, type Story } from "./story.ts";

const MIB = 1 << 20;

const THREE: Plan = {
  first: [step("Copy image tiny from far:")],
  each: ["web", "database", "cache"].map((name) =>
    plan(
      name,
      step(`Create instance ${name} from tiny`),
      starting(name),
      step("Wait for network"),
      noting(name),
    )
  ),
};

const TROUBLE = new CommandError(
  '"Run make (site.cfg)" (site.cfg:4) failed in instance "database": exit code 2',
  {
    argv: ["sh"],
    code: 2,
    stderr:
      "make: *** No targets specified and no makefile found.  Stop.\nand this line of output is so long that it has to be folded on most terminals",
  },
);

/** A launch of three with a download; one fails, and what it did is taken back. */
const launch: Story = {
  plan: THREE,
  moments: [
    [0, start("", "Copy image tiny from far:")],
    [500, { kind: "progress", instance: "", text: "20 MiB", amount: { bytes: 20 * MIB, total: 300 * MIB } }],
    [1000, { kind: "progress", instance: "", text: "45 MiB", amount: { bytes: 45 * MIB, total: 300 * MIB } }],
    [6000, {
      kind: "progress",
      instance: "",
      text: "295 MiB",
      amount: { bytes: 295 * MIB, total: 300 * MIB },
    }],
    [6200, done("", "Copy image tiny from far:", 6.2)],
    [6300, {
      kind: "note",
      instance: "web",
      text: "the properties of an earlier run are used: image=tiny storage=/srv/data",
    }],
    [6300, start("web", "Create instance web from tiny")],
    [6300, start("database", "Create instance database from tiny")],
    [7000, { kind: "progress", instance: "web", text: "Unpack: 30% (120.00MB/s)" }],
    [8000, { kind: "progress", instance: "web", text: "Unpack: 50% (120.00MB/s)" }],
    [8400, done("web", "Create instance web from tiny")],
    [8400, start("web", starting("web"))],
    [8500, done("database", "Create instance database from tiny")],
    [8500, start("database", starting("database"))],
    [8600, { kind: "item", instance: "database", title: "Run make (site.cfg)" }],
    [8700, {
      kind: "failed",
      instance: "database",
      step: step("Apply cloud-config: 2 items"),
      error: TROUBLE,
    }],
    [8700, { kind: "undo-start", instance: "database", title: "Create instance database from tiny" }],
    [9000, { kind: "undo", instance: "database", title: "Create instance database from tiny" }],
    [9000, start("cache", "Create instance cache from tiny")],
    [9100, done("web", starting("web"))],
    [9100, start("web", "Wait for network")],
    [9200, { kind: "address", instance: "web", address: "10.81.1.7" }],
    [9200, done("web", "Wait for network")],
    [9200, start("web", noting("web"))],
    [9300, done("web", noting("web"))],
    [9400, done("cache", "Create instance cache from tiny")],
    [9400, start("cache", starting("cache"))],
    [9800, done("cache", starting("cache"))],
    [9800, start("cache", "Wait for network")],
    [75_000],
    [75_100, { kind: "address", instance: "cache", address: "10.81.1.201" }],
    [75_100, done("cache", "Wait for network")],
    [75_200, done("cache", noting("cache"))],
  ],
};

/** Ctrl-C while two instances start; the daemon finishes what it has begun. */
const interrupted: Story = {
  plan: { ...THREE, first: [] },
  moments: [
    [0, start("web", starting("web"))],
    [100, start("database", "Create instance database from tiny")],
    [2000, {
      kind: "note",
      instance: "database",
      text:
        "Interrupted: waiting for the daemon to finish what it has begun, to undo it; interrupt again to leave it",
    }],
    [2000, {
      kind: "failed",
      instance: "web",
      step: starting("web"),
      error: new InterruptedError("Interrupted"),
    }],
    [2600, {
      kind: "failed",
      instance: "database",
      step: step("Create instance database from tiny"),
      error: new InterruptedError("Interrupted"),
    }],
  ],
};

/** A resize in the middle, to less and to more. */
const resized: Story = {
  plan: { ...THREE, first: [] },
  moments: [
    [0, start("web", "Create instance web from tiny")],
    [100, start("database", "Create instance database from tiny")],
    [500, { columns: 44 }],
    [900],
    [1000, { columns: 120 }],
    [1300],
    [1400, done("web", "Create instance web from tiny")],
  ],
};

/** The stories. */
export const STORIES = { launch, interrupted, resized } as const satisfies Record<string, Story>;
