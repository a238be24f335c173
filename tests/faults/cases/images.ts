/**
 * Commands that create images from instances.
 *
 * @module
 */
import { mustRun, type Site } from "../site.ts";
import { type Case, configuredAs, launched, ONE, writeFiles } from "./case.ts";

const SOON = ["-timeout", "3", "-step-timeout", "3"] as const;

/** Returns flags that give the image its alias, and a property that identifies it while it has no alias. */
function built({ id }: Site): readonly string[] {
  return ["-compression", "none", "-alias", id, "a.yaml", `row=${id}`];
}

const BUILD = { kinds: ONE, starts: true, unpacks: true, runs: true, impatient: SOON } as const;

/** Builds two images: the alias of the row pointed to the first one before and points to the second one. */
async function withVersions(site: Site): Promise<void> {
  await writeFiles(site);
  await mustRun(site, ["image", "build", ...built(site)]);
  await configuredAs(site, "two");
  await mustRun(site, ["image", "build", ...built(site)]);
}

/** Cases about images. */
export const IMAGES: readonly Case[] = [
  {
    ...BUILD,
    command: "image build",
    prepare: writeFiles,
    args: (site) => ["image", "build", "-lock-timeout", "0", ...built(site)],
  },
  {
    ...BUILD,
    command: "image update",
    prepare: async (site) => {
      await writeFiles(site);
      await mustRun(site, ["image", "build", ...built(site)]);
      await configuredAs(site, "two");
    },
    args: ({ id }) => ["image", "update", "-lock-timeout", "0", id],
  },
  {
    kinds: ONE,
    isFree: true,
    command: "image rollback",
    prepare: withVersions,
    args: ({ id }) => ["image", "rollback", id],
  },
  {
    kinds: ONE,
    isFree: true,
    command: "image prune",
    prepare: withVersions,
    args: ({ id }) => ["image", "prune", "-force", "-keep", "1", id],
  },
  {
    command: "publish -reuse",
    kinds: ONE,
    prepare: async (site) => {
      await launched(site);
      const { id } = site;
      await mustRun(site, [
        "publish",
        "-force",
        "-compression",
        "none",
        "-alias",
        `${id}-image`,
        id,
        `row=${id}`,
      ]);
    },
    args: ({ id }) => [
      ...["publish", "-force", "-reuse", "-compression", "none", "-alias", `${id}-image`, id, `row=${id}`],
    ],
  },
];
