/**
 * Commands that change images and profiles of the daemon, or send requests to it.
 *
 * @module
 */
import { tinyImage } from "../../../scripts/testbed/tiny_image.ts";
import { mustRun, sh, type Site } from "../site.ts";
import { type Case, ONE } from "./case.ts";

/** Creates an image that no other row has, and imports it with an alias of the row. */
async function withImage(site: Site): Promise<void> {
  const [file, work] = [`${site.dir}/row.tar`, `${site.dir}/row`];
  if (!await Deno.stat(file).then(() => true, () => false)) {
    await Deno.mkdir(work);
    await Deno.writeFile(file, await tinyImage("tiny"));
    await sh(
      `tar -C '${work}' --numeric-owner -xf '${file}'; cd '${work}'; echo '${site.id}' >rootfs/row
      tar -c --numeric-owner -f '${file}' metadata.yaml templates rootfs; rm -r '${work}'`,
    );
  }
  await mustRun(site, [
    ...["image", "import", "-property", `row=${site.id}`],
    ...["-alias", `${site.id}-image`, file],
  ]);
}

const FREE = { kinds: ONE, isFree: true } as const;

/** Cases about objects of the daemon. */
export const DAEMON: readonly Case[] = [
  {
    ...FREE,
    command: "image export",
    prepare: (site) => withImage(site),
    args: ({ id }) => ["image", "export", `${id}-image`, "out"],
  },
  {
    ...FREE,
    command: "image import",
    prepare: async (site) => {
      await withImage(site);
      await mustRun(site, ["image", "delete", `${site.id}-image`]);
    },
    args: ({ id }) => ["image", "import", "-property", `row=${id}`, "-alias", `${id}-image`, "row.tar"],
  },
  {
    ...FREE,
    command: "image delete",
    prepare: (site) => withImage(site),
    args: ({ id }) => ["image", "delete", `${id}-image`],
  },
  {
    ...FREE,
    command: "image copy",
    prepare: async (site) => {
      await withImage(site);
      const project = { name: site.id, config: { "features.images": "true", "features.profiles": "false" } };
      await mustRun(site, ["query", "-X", "POST", "-d", JSON.stringify(project), "/1.0/projects"]);
    },
    args: ({ id }) => [
      ...["image", "copy", "-from-project", "default", "-project", id, "-copy-aliases", `${id}-image`],
    ],
  },
  {
    ...FREE,
    command: "image alias create",
    prepare: (site) => withImage(site),
    args: ({ id }) => ["image", "alias", "create", `${id}-other`, `${id}-image`],
  },
  {
    ...FREE,
    command: "image alias rename",
    prepare: (site) => withImage(site),
    args: ({ id }) => ["image", "alias", "rename", `${id}-image`, `${id}-other`],
  },
  {
    ...FREE,
    command: "image alias delete",
    prepare: async (site) => {
      await withImage(site);
      await mustRun(site, ["image", "alias", "create", `${site.id}-other`, `${site.id}-image`]);
    },
    args: ({ id }) => ["image", "alias", "delete", `${id}-other`],
  },
  {
    ...FREE,
    command: "profile import",
    prepare: async ({ id, dir }) => {
      await Deno.writeTextFile(`${dir}/${id}.lxops`, "description: of a file\nconfig: {}\ndevices: {}\n");
    },
    args: ({ id }) => ["profile", "import", `${id}.lxops`],
  },
  {
    ...FREE,
    command: "query",
    prepare: async ({ dir }) => await Deno.writeTextFile(`${dir}/unused`, ""),
    args: ({ id }) => [
      ...["query", "-X", "POST", "-already", "already exists", "-d", JSON.stringify({ name: id })],
      "/1.0/profiles",
    ],
  },
];
