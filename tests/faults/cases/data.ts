/**
 * Commands that change filesystems, volumes and files.
 *
 * @module
 */
import { mustRun } from "../site.ts";
import {
  ALL,
  type Case,
  exportTaken,
  is,
  launched,
  ONE,
  snapshotTaken,
  TWO,
  unshifted,
  unshiftedDir,
  writeData,
} from "./case.ts";

/** Cases about data. */
export const DATA: readonly Case[] = [
  {
    command: "snapshot",
    kinds: ALL,
    prepare: launched,
    args: (site) => ["snapshot", "-c", "-s", "s", ...is(site)],
    clears: (site) => ["snapshot", "-d", "-c", "-s", "s", ...is(site)],
  },
  {
    command: "snapshot -d",
    kinds: ["directory", "dataset", "volume"],
    prepare: snapshotTaken,
    args: (site) => ["snapshot", "-d", "-c", "-s", "s", ...is(site)],
  },
  {
    command: "rollback",
    kinds: ALL,
    prepare: async (site) => {
      await snapshotTaken(site);
      await writeData(site, "after ");
    },
    args: (site) => ["rollback", "-s", "s", ...is(site)],
  },
  {
    command: "export",
    kinds: ["directory", "dataset", "volume"],
    prepare: launched,
    args: (site) => ["export", "-d", "out", ...is(site)],
  },
  {
    command: "import",
    kinds: ALL,
    prepare: exportTaken,
    args: (site) => ["import", "-d", "out", "-name", `${site.id}-b`, "a.yaml"],
  },
  {
    command: "import --overwrite",
    kinds: ["directory", "dataset"],
    prepare: async (site) => {
      await exportTaken(site);
      await writeData(site, "after ");
      await mustRun(site, ["delete", "--force", ...is(site)]);
    },
    args: (site) => ["import", "--overwrite", "-d", "out", ...is(site)],
  },
  {
    command: "copy-filesystems",
    kinds: ["directory", "dataset"],
    prepare: snapshotTaken,
    args: ({ id }) => [
      ...["copy-filesystems", "-s", "s", "-from-container", id, "-container", `${id}-b`, "a.yaml"],
    ],
  },
  {
    command: "shiftids",
    kinds: ONE,
    prepare: unshifted,
    args: (site) => ["shiftids", "-u", "1000000", "-g", "1000000", unshiftedDir(site)],
  },
  {
    command: "volume export",
    kinds: ["volume"],
    prepare: launched,
    args: ({ id }) => ["volume", "export", `default/${id}`, "volume.tar.gz"],
    isFree: true,
  },
  {
    command: "volume import",
    kinds: ["volume"],
    prepare: async (site) => {
      await launched(site);
      await mustRun(site, ["volume", "export", `default/${site.id}`, "volume.tar.gz"]);
    },
    args: ({ id }) => ["volume", "import", `default/${id}-b`, "volume.tar.gz"],
    isFree: true,
  },
  {
    command: "file push",
    kinds: TWO,
    prepare: async (site) => {
      await launched(site);
      await Deno.writeTextFile(`${site.dir}/pushed`, "pushed ".repeat(20_000));
    },
    args: ({ id }) => ["file", "push", "pushed", `${id}/etc/a`],
    isFree: true,
  },
  {
    command: "cp",
    kinds: TWO,
    prepare: async (site) => {
      await launched(site);
      await Deno.writeTextFile(`${site.dir}/pushed`, "pushed ".repeat(20_000));
    },
    args: ({ id }) => ["cp", "-overwrite", "pushed", `${id}:/etc/a`],
    isFree: true,
  },
  ...["exec", "instance exec"].map((command): Case => ({
    command,
    kinds: ONE,
    prepare: launched,
    args: ({ id }) => [...command.split(" "), id, "--", "/bin/sh", "-c", "echo two >/etc/a"],
    isFree: true,
  })),
];
