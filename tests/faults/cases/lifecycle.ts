/**
 * Commands that change instances and their configuration.
 *
 * @module
 */
import { mustRun } from "../site.ts";
import { ALL, type Case, configuredAs, is, launched, ONE, TWO, withSpare, writeFiles } from "./case.ts";

const SOON = ["-timeout", "3", "-step-timeout", "3"] as const;
const REBUILD = { starts: true, unpacks: true, runs: true, resumes: true, impatient: SOON } as const;

const UP = { starts: true, unpacks: true, runs: true, impatient: SOON } as const;

/** Cases about instances. */
export const LIFECYCLE: readonly Case[] = [
  {
    command: "launch",
    kinds: ALL,
    prepare: writeFiles,
    args: (site) => ["launch", ...is(site)],
    ...REBUILD,
  },
  {
    command: "configure",
    kinds: TWO,
    prepare: async (site) => {
      await launched(site);
      await configuredAs(site, "two");
    },
    args: (site) => ["configure", ...is(site)],
    runs: true,
    impatient: SOON,
  },
  {
    command: "create-profile",
    kinds: ONE,
    prepare: writeFiles,
    args: (site) => ["create-profile", ...is(site)],
  },
  {
    command: "create-devices",
    kinds: ALL,
    prepare: writeFiles,
    args: (site) => ["create-devices", ...is(site)],
  },
  {
    command: "extract",
    kinds: ["directory", "dataset"],
    prepare: writeFiles,
    args: (site) => ["extract", ...is(site)],
    unpacks: true,
  },
  {
    command: "profile apply",
    kinds: ONE,
    prepare: launched,
    args: (site) => ["profile", "apply", ...is(site, "c.yaml")],
  },
  {
    command: "profile reorder",
    kinds: ONE,
    prepare: async (site) => {
      await launched(site);
      await mustRun(site, [
        ...["query", "-X", "PATCH", "-d", JSON.stringify({ profiles: [`${site.id}.lxops`, "default"] })],
        `/1.0/instances/${site.id}`,
      ]);
    },
    args: (site) => ["profile", "reorder", ...is(site)],
  },
  {
    command: "rename",
    kinds: ALL,
    prepare: launched,
    args: (site) => ["rename", "--force", ...is(site), `${site.id}-b`],
  },
  { command: "delete", kinds: ONE, prepare: launched, args: (site) => ["delete", "--force", ...is(site)] },
  { command: "destroy", kinds: ALL, prepare: launched, args: (site) => ["destroy", "--force", ...is(site)] },
  {
    command: "publish",
    kinds: ONE,
    prepare: launched,
    args: ({ id }) => ["publish", "-force", "-alias", `${id}-image`, id, `row=${id}`],
  },
  {
    command: "rebuild",
    kinds: ALL,
    prepare: launched,
    args: (site) => ["rebuild", ...is(site, "b.yaml")],
    ...REBUILD,
  },
  {
    command: "rebuild --keep-old",
    kinds: TWO,
    prepare: launched,
    args: (site) => ["rebuild", "--keep-old", ...is(site, "b.yaml")],
    ...REBUILD,
    once: true,
  },
  {
    command: "rebuild --back",
    kinds: TWO,
    prepare: withSpare,
    args: (site) => ["rebuild", "--back", ...is(site, "b.yaml")],
    ...REBUILD,
    unpacks: false,
    once: true,
  },
  {
    command: "rebuild --in-place",
    kinds: TWO,
    // LXD 5.0 has no command `rebuild`.
    daemons: ["incus", "incus7"],
    prepare: launched,
    args: (site) => ["rebuild", "--in-place", ...is(site, "b.yaml")],
    ...REBUILD,
  },
  {
    command: "rebuild --undo-data",
    kinds: ["directory", "dataset", "volume"],
    prepare: launched,
    args: (site) => ["rebuild", "--undo-data", ...is(site, "b.yaml")],
    ...REBUILD,
  },
  {
    command: "up",
    kinds: TWO,
    prepare: writeFiles,
    args: (site) => ["up", ...is(site)],
    ...UP,
  },
  {
    command: "up (changes)",
    kinds: ["directory", "dataset"],
    prepare: async (site) => {
      await launched(site);
      await configuredAs(site, "two");
    },
    args: (site) => ["up", ...is(site, "c.yaml")],
    ...UP,
    starts: false,
    unpacks: false,
  },
  {
    command: "up --restart",
    kinds: ONE,
    prepare: async (site) => {
      await launched(site);
      await configuredAs(site, "two");
    },
    args: (site) => ["up", "--restart", ...is(site, "d.yaml")],
    ...UP,
    unpacks: false,
  },
  {
    command: "up --rebuild",
    kinds: ALL,
    prepare: launched,
    args: (site) => ["up", "--rebuild", ...is(site, "b.yaml")],
    ...UP,
  },
  { command: "prune", kinds: ONE, prepare: withSpare, args: (site) => ["prune", ...is(site, "b.yaml")] },
  {
    command: "down",
    kinds: ONE,
    prepare: async (site) => {
      await writeFiles(site);
      await Deno.rename(`${site.dir}/a.yaml`, `${site.dir}/${site.id}.yaml`);
      await mustRun(site, ["launch", `${site.id}.yaml`]);
    },
    // Once the instance is deleted, its name alone does not tell its profile.
    args: ({ id }) => ["down", "-y", `${id}.yaml`],
  },
  ...["stop", "instance stop", "kill", "pause"].map((command): Case => ({
    command,
    kinds: ONE,
    prepare: launched,
    args: ({ id }) => [...command.split(" "), id],
  })),
  {
    command: "unpause",
    kinds: ONE,
    prepare: async (site) => {
      await launched(site);
      await mustRun(site, ["pause", site.id]);
    },
    args: ({ id }) => ["unpause", id],
  },
  ...["start", "instance start"].map((command): Case => ({
    command,
    kinds: ONE,
    prepare: async (site) => {
      await launched(site);
      await mustRun(site, ["stop", site.id]);
    },
    args: ({ id }) => [...command.split(" "), "-until", "network", id],
    starts: true,
    impatient: ["-timeout", "3"],
  })),
  ...["restart", "instance restart"].map((command): Case => ({
    command,
    kinds: ONE,
    prepare: launched,
    args: ({ id }) => [...command.split(" "), "-until", "network", id],
    starts: true,
    impatient: ["-timeout", "3"],
  })),
  {
    command: "create",
    kinds: ONE,
    prepare: writeFiles,
    args: ({ id }) => ["create", "-start", "tiny", id],
    starts: true,
    unpacks: true,
    impatient: ["-timeout", "3"],
  },
  {
    command: "run",
    kinds: ONE,
    prepare: writeFiles,
    args: ({ id }) => ["run", "-name", `${id}-r`, "tiny", "--", "/bin/true"],
    unpacks: true,
    isFree: true,
  },
  {
    command: "instance copy",
    kinds: ONE,
    prepare: launched,
    args: ({ id }) => ["instance", "copy", "-share-devices", id, `${id}-b`],
  },
  {
    command: "instance set",
    kinds: ONE,
    prepare: launched,
    args: ({ id }) => ["instance", "set", id, "user.one=1", "limits.processes=500"],
  },
  {
    command: "instance cloudconfig",
    kinds: ONE,
    prepare: async (site) => {
      await launched(site);
      await configuredAs(site, "two");
    },
    args: ({ id }) => ["instance", "cloudconfig", "-ostype", "alpine", "-i", id, "a.cfg"],
    runs: true,
    impatient: ["-step-timeout", "3"],
  },
];
